"""Converts a game and its line history to the API's response types."""

from collections.abc import Sequence
from itertools import groupby

from pickvs.markets.catalogue.queries import BookmakerOdds, HistoryRow, Result
from pickvs.markets.catalogue.rules import best_price
from pickvs.markets.catalogue.schemas import (
    BestPrice,
    BookmakerListing,
    ConsensusMarket,
    ConsensusSide,
    GameDetail,
    GameResult,
    LineMove,
    NoVig,
    OfferedMarket,
    OfferedSide,
)
from pickvs.markets.listing import by_market, seen_at, side
from pickvs.markets.rows import Game, Quote
from pickvs.markets.rules import no_vig, rounded
from pickvs.markets.values import BookMarket, Market, Offer


def detail(game: Game, quotes: Sequence[Quote], odds: Sequence[BookmakerOdds], result: Result | None) -> GameDetail:
    """Return the full listing of a game.

    quotes: sorted by market. odds: sorted by bookmaker and market.
    """
    return GameDetail.of(
        game,
        markets=[_consensus(market, sides, _books(odds, market)) for market, sides in by_market(quotes)],
        bookmakers=_boards(odds),
        result=_result(result) if result else None,
    )


def move(row: HistoryRow, *, closed: bool) -> LineMove:
    """Return one entry of the line history. closed: whether the game has tipped off."""
    return LineMove(
        bookmaker=row.bookmaker,
        market=row.market,
        selection=row.selection,
        event="withdrawn" if row.price is None else "open" if row.is_first else "move",
        closing=closed and row.is_last_before_tip_off,
        line=row.line,
        price=row.price,
        captured_at=row.captured_at,
        provider_updated_at=row.provider_updated_at,
    )


def _consensus(market: Market, quotes: Sequence[Quote], books: Sequence[BookMarket]) -> ConsensusMarket:
    prices = [quote.price for quote in quotes]
    probabilities = zip(no_vig(prices), no_vig(prices, "power"), no_vig(prices, "shin"), strict=True)
    selections = [quote.selection for quote in quotes]
    sides = []
    for quote, (multiplicative, power, shin) in zip(quotes, probabilities, strict=True):
        best = best_price(quote.selection, quote.line, selections, books)
        sides.append(
            ConsensusSide.of(
                side(quote),
                no_vig=NoVig(multiplicative=rounded(multiplicative), power=rounded(power), shin=rounded(shin)),
                best=BestPrice(price=best.price, bookmakers=list(best.bookmakers)) if best else None,
            )
        )
    return ConsensusMarket(market=market, captured_at=seen_at(quotes), quotes=sides)


def _books(odds: Sequence[BookmakerOdds], market: Market) -> list[BookMarket]:
    """Return each bookmaker's offers on one market."""
    offered = [one for one in odds if one.market == market]
    return [
        BookMarket(bookmaker, market, tuple(Offer(one.selection, one.line, one.price) for one in sides), None)
        for bookmaker, sides in groupby(offered, key=lambda one: one.bookmaker)
    ]


def _boards(odds: Sequence[BookmakerOdds]) -> list[BookmakerListing]:
    return [
        BookmakerListing(
            bookmaker=bookmaker,
            markets=[
                OfferedMarket(
                    market=market,
                    sides=[
                        OfferedSide(
                            selection=one.selection, line=one.line, price=one.price, captured_at=one.captured_at
                        )
                        for one in sides
                    ],
                )
                for market, sides in groupby(board, key=lambda one: one.market)
            ],
        )
        for bookmaker, board in groupby(odds, key=lambda one: one.bookmaker)
    ]


def _result(result: Result) -> GameResult:
    return GameResult(
        outcome=result.outcome,
        home_score=result.home_score,
        away_score=result.away_score,
        began_at=result.began_at,
        source=result.source.partition(":")[0],  # without the administrator's id, which only the audit log shows
        reason=result.reason,
        recorded_at=result.recorded_at,
    )
