"""Lists games of any status, and shows one game in full and its line history."""

from datetime import datetime
from typing import get_args

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import NotFound
from pickvs.core.paging import invalid_cursor, read_cursor, read_moment, refuse_empty_span, write_cursor
from pickvs.markets.catalogue import listing, queries
from pickvs.markets.catalogue.queries import GameFilter, GameOrder, HistoryPlace, HistoryRow
from pickvs.markets.catalogue.rules import has_closed
from pickvs.markets.catalogue.schemas import GameDetail, LineHistory
from pickvs.markets.listing import listings
from pickvs.markets.rows import Game
from pickvs.markets.schemas import Games
from pickvs.markets.values import GameStatus, Market, Selection
from pickvs.sports.service import refuse_unknown_sport


def list_games(
    *,
    sport: str | None,
    status: GameStatus | None,
    since: datetime | None,
    until: datetime | None,
    team: str | None,
    sort: GameOrder,
    limit: int,
    cursor: str | None,
) -> Games:
    """Return a page of games of any status, by tip-off, with their quotes in force, of any age.

    since, until: range of tip-offs, since inclusive, until exclusive. team: part of either team's name,
    case-insensitive.

    Raises Invalid if the sport is not covered, if `until` is not after `since`, or if the cursor belongs to another
    list or order.
    """
    refuse_unknown_sport(sport)
    refuse_empty_span(since, until)
    after = _game_place(cursor, sort) if cursor is not None else None
    chosen = GameFilter(sport, status, since, until, team)
    with transaction() as connection:
        games = queries.games_in_order(connection, chosen, order=sort, after=after, limit=limit + 1)
        page = games[:limit]
        quotes = queries.quotes_in_force(connection, [game.id for game in page])
    return Games(
        games=listings(page, quotes),
        next_cursor=write_cursor(sort, page[-1].commence_time.isoformat(), page[-1].id) if len(games) > limit else None,
    )


def show_game(game_id: int) -> GameDetail:
    """Return one game: the consensus with best prices and no-vig probabilities, each bookmaker's odds, and the result.

    Raises NotFound (GAME_NOT_FOUND) if the game does not exist.
    """
    with transaction() as connection:
        game = _game(connection, game_id)
        quotes = queries.quotes_in_force(connection, [game_id])
        odds = queries.present_odds(connection, game_id)
        result = queries.result_in_force(connection, game_id)
    return listing.detail(game, quotes, odds, result)


def show_line_history(
    game_id: int, *, market: Market | None, bookmaker: str | None, limit: int, cursor: str | None
) -> LineHistory:
    """Return a page of the changes of a game's odds, by bookmaker, market, selection and time.

    Raises NotFound (GAME_NOT_FOUND) if the game does not exist, and Invalid if the cursor belongs to another list.
    """
    after = _history_place(cursor, game_id) if cursor is not None else None
    with transaction() as connection:
        game = _game(connection, game_id)
        rows = queries.line_history(connection, game, market=market, bookmaker=bookmaker, after=after, limit=limit + 1)
    page = rows[:limit]
    closed = has_closed(game.status, game.commence_time, clock.now())
    return LineHistory(
        game_id=game_id,
        odds=[listing.move(row, closed=closed) for row in page],
        next_cursor=_history_cursor(game_id, page[-1]) if len(rows) > limit else None,
    )


def _game(connection: Connection, game_id: int) -> Game:
    game = queries.game_by_id(connection, game_id)
    if game is None:
        raise NotFound("GAME_NOT_FOUND", "There is no such game.")
    return game


def _game_place(cursor: str, sort: GameOrder) -> tuple[datetime, int]:
    order, moment, game_id = read_cursor(cursor, str, str, int)
    if order != sort:
        raise invalid_cursor()
    return read_moment(moment), game_id


def _history_place(cursor: str, game_id: int) -> HistoryPlace:
    game, bookmaker, market, selection, moment = read_cursor(cursor, int, str, str, str, str)
    if game != game_id or market not in get_args(Market.__value__) or selection not in get_args(Selection.__value__):
        raise invalid_cursor()
    return bookmaker, market, selection, read_moment(moment)


def _history_cursor(game_id: int, last: HistoryRow) -> str:
    return write_cursor(game_id, last.bookmaker, last.market, last.selection, last.captured_at.isoformat())
