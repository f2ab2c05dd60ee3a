"""The SQL of the catalogue: games of any status, each bookmaker's odds and their history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.markets.rows import Game, Quote
from pickvs.markets.values import GameStatus, Market, Selection

type GameOrder = Literal["commence_time", "-commence_time"]
type HistoryPlace = tuple[str, Market, Selection, datetime]
"""A row's place in a game's line history: bookmaker, market, selection and capture time."""

_GAME = SQL(
    "id, sport, home_team, away_team, local_date, day_number, commence_time, status, home_score, away_score,"
    " merged_into"
)

_GAME_BY_ID = SQL("SELECT {game} FROM games WHERE id = %s").format(game=_GAME)

# The explicit collation also folds accented letters, whatever the database's default. position() has no wildcards.
_GAMES = """
    SELECT {game}
    FROM games
    WHERE merged_into IS NULL
      AND (%(sport)s::text IS NULL OR sport = %(sport)s)
      AND (%(status)s::game_status IS NULL OR status = %(status)s)
      AND (%(since)s::timestamptz IS NULL OR commence_time >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR commence_time < %(until)s)
      AND (%(team)s::text IS NULL
           OR position(lower(%(team)s COLLATE pg_c_utf8) IN lower(home_team COLLATE pg_c_utf8)) > 0
           OR position(lower(%(team)s COLLATE pg_c_utf8) IN lower(away_team COLLATE pg_c_utf8)) > 0)
"""
_SOONEST_FIRST = """
      AND (%(after_time)s::timestamptz IS NULL OR (commence_time, id) > (%(after_time)s, %(after_id)s::bigint))
    ORDER BY commence_time, id
    LIMIT %(limit)s
"""
_LATEST_FIRST = """
      AND (%(after_time)s::timestamptz IS NULL OR (commence_time, id) < (%(after_time)s, %(after_id)s::bigint))
    ORDER BY commence_time DESC, id DESC
    LIMIT %(limit)s
"""
_GAMES_IN_ORDER = {
    "commence_time": SQL(_GAMES + _SOONEST_FIRST).format(game=_GAME),
    "-commence_time": SQL(_GAMES + _LATEST_FIRST).format(game=_GAME),
}

_QUOTES_IN_FORCE = SQL("""
    SELECT id, game_id, market, selection, line, price, probability, books, captured_at, superseded_at
    FROM quotes
    WHERE game_id = ANY(%s) AND superseded_at IS NULL
    ORDER BY game_id, market, selection
""")

_PRESENT_ODDS = SQL("""
    SELECT * FROM (
      SELECT DISTINCT ON (bookmaker, market, selection)
             bookmaker, market, selection, line, price, captured_at
      FROM bookmaker_odds
      WHERE game_id = %s
      ORDER BY bookmaker, market, selection, captured_at DESC
    ) AS latest
    WHERE price IS NOT NULL
    ORDER BY bookmaker, market, selection
""")

_RESULT_IN_FORCE = SQL("""
    SELECT outcome, result.home_score, result.away_score, began_at, source, reason, recorded_at
    FROM games JOIN game_results result ON result.id = games.result_id
    WHERE games.id = %s AND outcome <> 'reopened'
""")

_LINE_HISTORY = SQL("""
    SELECT bookmaker, market, selection, line, price, captured_at, provider_updated_at,
           NOT EXISTS (
             SELECT FROM bookmaker_odds earlier
             WHERE (earlier.game_id, earlier.bookmaker, earlier.market, earlier.selection)
                   = (odds.game_id, odds.bookmaker, odds.market, odds.selection)
               AND earlier.captured_at < odds.captured_at
           ) AS is_first,
           captured_at <= %(tip_off)s AND NOT EXISTS (
             SELECT FROM bookmaker_odds later
             WHERE (later.game_id, later.bookmaker, later.market, later.selection)
                   = (odds.game_id, odds.bookmaker, odds.market, odds.selection)
               AND later.captured_at > odds.captured_at AND later.captured_at <= %(tip_off)s
           ) AS is_last_before_tip_off
    FROM bookmaker_odds odds
    WHERE game_id = %(game)s
      AND (%(market)s::market IS NULL OR market = %(market)s)
      AND (%(bookmaker)s::text IS NULL OR bookmaker = %(bookmaker)s)
      AND (%(after_time)s::timestamptz IS NULL
           OR (bookmaker, market, selection, captured_at)
              > (%(after_book)s, %(after_market)s::market, %(after_selection)s::selection, %(after_time)s))
    ORDER BY bookmaker, market, selection, captured_at
    LIMIT %(limit)s
""")


@dataclass(frozen=True, slots=True)
class GameFilter:
    """Criteria for a list of games. None means no restriction."""

    sport: str | None = None
    status: GameStatus | None = None
    since: datetime | None = None
    """Earliest tip-off, inclusive."""
    until: datetime | None = None
    """Latest tip-off, exclusive."""
    team: str | None = None
    """Part of either team's name, case-insensitive."""


class BookmakerOdds(TableRow, frozen=True):
    """One bookmaker's offer on one selection, as of captured_at. line: in points, from the selection's own view."""

    bookmaker: str
    market: Market
    selection: Selection
    line: Decimal | None
    price: int
    captured_at: datetime


class HistoryRow(TableRow, frozen=True):
    """One change of a bookmaker's offer on a selection. A price of None means that the offer was withdrawn."""

    bookmaker: str
    market: Market
    selection: Selection
    line: Decimal | None
    price: int | None
    captured_at: datetime
    provider_updated_at: datetime | None
    is_first: bool
    is_last_before_tip_off: bool


class Result(TableRow, frozen=True):
    """A game's result: final with a score, or void with a reason."""

    outcome: Literal["final", "void"]
    home_score: int | None
    away_score: int | None
    began_at: datetime | None
    source: str
    reason: str | None
    recorded_at: datetime


def game_by_id(connection: Connection, game_id: int) -> Game | None:
    """Return the game with this id, or None."""
    with connection.cursor(row_factory=row_of(Game)) as cursor:
        return cursor.execute(_GAME_BY_ID, (game_id,)).fetchone()


def games_in_order(
    connection: Connection, chosen: GameFilter, *, order: GameOrder, after: tuple[datetime, int] | None, limit: int
) -> list[Game]:
    """Return up to `limit` games by tip-off and id. after: tip-off and id of the previous page's last game."""
    after_time, after_id = after or (None, None)
    parameters = {
        "sport": chosen.sport,
        "status": chosen.status,
        "since": chosen.since,
        "until": chosen.until,
        "team": chosen.team,
        "after_time": after_time,
        "after_id": after_id,
        "limit": limit,
    }
    with connection.cursor(row_factory=row_of(Game)) as cursor:
        return cursor.execute(_GAMES_IN_ORDER[order], parameters).fetchall()


def quotes_in_force(connection: Connection, games: Sequence[int]) -> list[Quote]:
    """Return the quotes in force of these games, of any age, by game, market and selection."""
    with connection.cursor(row_factory=row_of(Quote)) as cursor:
        return cursor.execute(_QUOTES_IN_FORCE, [list(games)]).fetchall()


def present_odds(connection: Connection, game_id: int) -> list[BookmakerOdds]:
    """Return each bookmaker's latest odds on the game, without withdrawn offers."""
    with connection.cursor(row_factory=row_of(BookmakerOdds)) as cursor:
        return cursor.execute(_PRESENT_ODDS, (game_id,)).fetchall()


def result_in_force(connection: Connection, game_id: int) -> Result | None:
    """Return the game's result. None if it has no result or was reopened."""
    with connection.cursor(row_factory=row_of(Result)) as cursor:
        return cursor.execute(_RESULT_IN_FORCE, (game_id,)).fetchone()


def line_history(
    connection: Connection,
    game: Game,
    *,
    market: Market | None,
    bookmaker: str | None,
    after: HistoryPlace | None,
    limit: int,
) -> list[HistoryRow]:
    """Return up to `limit` changes of a game's odds, by bookmaker, market, selection and time.

    after: place of the previous page's last row. Every page is read through the primary key.
    """
    after_book, after_market, after_selection, after_time = after or (None, None, None, None)
    parameters = {
        "game": game.id,
        "tip_off": game.commence_time,
        "market": market,
        "bookmaker": bookmaker,
        "after_book": after_book,
        "after_market": after_market,
        "after_selection": after_selection,
        "after_time": after_time,
        "limit": limit,
    }
    with connection.cursor(row_factory=row_of(HistoryRow)) as cursor:
        return cursor.execute(_LINE_HISTORY, parameters).fetchall()
