"""Converts games and quotes to the response types that all lists of games share."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from pickvs.markets.rows import Game, Quote
from pickvs.markets.schemas import GameListing, MarketListing, QuoteListing
from pickvs.markets.values import Market


def listings(games: Iterable[Game], quotes: Iterable[Quote]) -> list[GameListing]:
    """Return each game with its own quotes. `quotes` must be sorted by game, market and selection."""
    markets: defaultdict[int, list[MarketListing]] = defaultdict(list)
    for quote in quotes:
        found = markets[quote.game_id]
        if not found or found[-1].market != quote.market:
            found.append(MarketListing(quote.market, quote.captured_at, []))
        market = found[-1]
        market.captured_at = min(market.captured_at, quote.captured_at)  # when all its sides were last seen
        market.quotes.append(side(quote))
    return [GameListing.of(game, markets=markets[game.id]) for game in games]


def by_market(quotes: Iterable[Quote]) -> list[tuple[Market, list[Quote]]]:
    """Group one game's quotes by market. The quotes must be sorted by market."""
    return [(market, list(group)) for market, group in groupby(quotes, key=lambda quote: quote.market)]


def seen_at(sides: Iterable[Quote]) -> datetime:
    """Return when all sides of a market were last seen."""
    return min(quote.captured_at for quote in sides)


def side(quote: Quote) -> QuoteListing:
    """Return the listing of a quote."""
    return QuoteListing(
        quote_id=quote.id,
        selection=quote.selection,
        line=quote.line,
        price=quote.price,
        probability=quote.probability,
        books=quote.books,
    )
