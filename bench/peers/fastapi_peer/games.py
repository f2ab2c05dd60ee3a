"""GET /games, /games/upcoming and /games/{game_id}."""

# mypy: disable-error-code="import-not-found, untyped-decorator, no-any-return"

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query

from pickvs.markets.catalogue.rules import best_price
from pickvs.markets.rules import no_vig, rounded
from pickvs.markets.values import BookMarket, Offer
from pickvs.sports.rules import SPORTS

from . import cursors
from .database import transaction
from .problems import Problem
from .schemas import (
    BestPrice,
    BookmakerListing,
    ConsensusMarket,
    ConsensusSide,
    GameDetail,
    GameListing,
    GameResult,
    Games,
    GameStatus,
    Identifier,
    MarketListing,
    Moment,
    NoVig,
    OfferedMarket,
    OfferedSide,
    QuoteListing,
)
from .web import Caller, Cursor, Limit

list_router = APIRouter()
upcoming_router = APIRouter()
detail_router = APIRouter()

_GAME = "id, sport, home_team, away_team, commence_time, status::text, home_score, away_score"
_QUOTE = "id AS quote_id, game_id, market::text, selection::text, line, price, probability, books, captured_at"

_GAMES = f"""
    SELECT {_GAME} FROM games
    WHERE ($1::text IS NULL OR sport = $1)
      AND ($2::text IS NULL OR status = $2::text::game_status)
      AND ($3::timestamptz IS NULL OR commence_time >= $3)
      AND ($4::timestamptz IS NULL OR commence_time < $4)
      AND ($5::text IS NULL
           OR position(lower($5 COLLATE pg_c_utf8) IN lower(home_team COLLATE pg_c_utf8)) > 0
           OR position(lower($5 COLLATE pg_c_utf8) IN lower(away_team COLLATE pg_c_utf8)) > 0)
"""
_IN_ORDER = {
    "commence_time": _GAMES
    + """
      AND ($6::timestamptz IS NULL OR (commence_time, id) > ($6, $7::bigint))
    ORDER BY commence_time, id LIMIT $8
    """,
    "-commence_time": _GAMES
    + """
      AND ($6::timestamptz IS NULL OR (commence_time, id) < ($6, $7::bigint))
    ORDER BY commence_time DESC, id DESC LIMIT $8
    """,
}
_UPCOMING = f"""
    SELECT {_GAME} FROM games
    WHERE status = 'scheduled' AND commence_time > $1
      AND ($2::text IS NULL OR sport = $2)
      AND ($3::timestamptz IS NULL OR (commence_time, id) > ($3, $4::bigint))
    ORDER BY commence_time, id LIMIT $5
"""
_QUOTES = f"""
    SELECT {_QUOTE} FROM quotes
    WHERE game_id = ANY($1) AND superseded_at IS NULL AND ($2::timestamptz IS NULL OR captured_at >= $2)
    ORDER BY game_id, quotes.market, quotes.selection
"""
_ODDS = """
    SELECT bookmaker, market::text, selection::text, line, price, captured_at FROM (
      SELECT DISTINCT ON (bookmaker, market, selection) bookmaker, market, selection, line, price, captured_at
      FROM bookmaker_odds WHERE game_id = $1
      ORDER BY bookmaker, market, selection, captured_at DESC
    ) latest
    WHERE price IS NOT NULL
    ORDER BY bookmaker, latest.market, latest.selection
"""
_RESULT = """
    SELECT outcome::text, result.home_score, result.away_score, source, reason, recorded_at
    FROM games JOIN game_results result ON result.id = games.result_id
    WHERE games.id = $1 AND outcome <> 'reopened'
"""


@list_router.get("/games")
async def list_games(
    sport: str | None = None,
    status: GameStatus | None = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    team: Annotated[str | None, Query(min_length=1, max_length=100)] = None,
    sort: Literal["commence_time", "-commence_time"] = "commence_time",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Games:
    check_sport(sport)
    if since is not None and until is not None and until <= since:
        raise Problem(422, "INVALID_VALUE", "Some values are not valid; see errors.")
    order, after, after_id = cursors.read(cursor, str, str, int) if cursor else (sort, None, None)
    if order != sort:
        raise Problem(422, "INVALID_CURSOR", "The cursor is not valid.")
    async with transaction() as connection:
        games = await connection.fetch(
            _IN_ORDER[sort], sport, status, since, until, team, _moment(after), after_id, limit + 1
        )
        page = games[:limit]
        quotes = await connection.fetch(_QUOTES, [game["id"] for game in page], None)
    return Games(
        games=_listings(page, quotes),
        next_cursor=cursors.write(sort, page[-1]["commence_time"].isoformat(), page[-1]["id"])
        if len(games) > limit
        else None,
    )


@upcoming_router.get("/games/upcoming")
async def list_upcoming_games(
    caller: Caller,
    sport: str | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Games:
    check_sport(sport)
    now = datetime.now(UTC)
    after, after_id = cursors.read(cursor, str, int) if cursor else (None, None)
    locked_until = now + timedelta(seconds=int(os.environ["LOCK_MARGIN_SECONDS"]))
    oldest = now - timedelta(hours=int(os.environ["MAX_ODDS_AGE_HOURS"]))
    async with transaction() as connection:
        games = await connection.fetch(_UPCOMING, locked_until, sport, _moment(after), after_id, limit + 1)
        page = games[:limit]
        quotes = await connection.fetch(_QUOTES, [game["id"] for game in page], oldest)
    return Games(
        games=_listings(page, quotes),
        next_cursor=cursors.write(page[-1]["commence_time"].isoformat(), page[-1]["id"])
        if len(games) > limit
        else None,
    )


@detail_router.get("/games/{game_id}")
async def get_game(game_id: Annotated[Identifier, Path()]) -> GameDetail:
    async with transaction() as connection:
        game = await connection.fetchrow(f"SELECT {_GAME} FROM games WHERE id = $1", game_id)
        if game is None:
            raise Problem(404, "GAME_NOT_FOUND", "There is no such game.")
        quotes = await connection.fetch(_QUOTES, [game_id], None)
        odds = await connection.fetch(_ODDS, game_id)
        result = await connection.fetchrow(_RESULT, game_id)
    return GameDetail(
        **game,
        markets=[_consensus(market, list(sides), odds) for market, sides in groupby(quotes, lambda one: one["market"])],
        bookmakers=[
            BookmakerListing(
                bookmaker=bookmaker,
                markets=[
                    OfferedMarket(market=market, sides=[OfferedSide(**one) for one in sides])
                    for market, sides in groupby(board, lambda one: one["market"])
                ],
            )
            for bookmaker, board in groupby(odds, lambda one: one["bookmaker"])
        ],
        result=GameResult(**{**result, "source": result["source"].partition(":")[0]}) if result else None,
    )


def check_sport(sport: str | None) -> None:
    """Raise Problem for a sport that is not covered. None stands for all sports."""
    if sport is not None and sport not in SPORTS:
        errors = [{"field": "sport", "message": f"one of: {', '.join(sorted(SPORTS))}"}]
        raise Problem(422, "INVALID_VALUE", "Some values are not valid; see errors.", errors)


def _moment(text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError:
        raise Problem(422, "INVALID_CURSOR", "The cursor is not valid.") from None


def _listings(games: Iterable[Any], quotes: Sequence[Any]) -> list[GameListing]:
    by_game = {game: list(group) for game, group in groupby(quotes, lambda quote: quote["game_id"])}
    return [
        GameListing(
            **game,
            markets=[
                _market(market, list(sides))
                for market, sides in groupby(by_game.get(game["id"], []), lambda quote: quote["market"])
            ],
        )
        for game in games
    ]


def _market(market: Any, sides: list[Any]) -> MarketListing:
    return MarketListing(
        market=market,
        captured_at=min(one["captured_at"] for one in sides),
        quotes=[QuoteListing(**one) for one in sides],
    )


def _consensus(market: Any, sides: list[Any], odds: Sequence[Any]) -> ConsensusMarket:
    books = [
        BookMarket(
            bookmaker, market, tuple(Offer(one["selection"], one["line"], one["price"]) for one in offered), None
        )
        for bookmaker, offered in groupby(
            (one for one in odds if one["market"] == market), lambda one: one["bookmaker"]
        )
    ]
    prices = [one["price"] for one in sides]
    selections = [one["selection"] for one in sides]
    shown = []
    methods = zip(no_vig(prices), no_vig(prices, "power"), no_vig(prices, "shin"), strict=True)
    for one, (multiplicative, power, shin) in zip(sides, methods, strict=True):
        best = best_price(one["selection"], one["line"], selections, books)
        shown.append(
            ConsensusSide(
                **one,
                no_vig=NoVig(multiplicative=rounded(multiplicative), power=rounded(power), shin=rounded(shin)),
                best=BestPrice(price=best.price, bookmakers=list(best.bookmakers)) if best else None,
            )
        )
    return ConsensusMarket(market=market, captured_at=min(one["captured_at"] for one in sides), quotes=shown)
