"""The SQL of manual results: the game's current state, and the changes caused by a new result."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.markets.fixtures.rules import Outcome
from pickvs.markets.values import GameStatus, Market, Selection
from pickvs.picks.columns import ENTRY_IN_FORCE
from pickvs.picks.rules import PickResult

# A final that repeats another game's says nothing about the start of this one.
_LOCK_GAME = SQL("""
    SELECT game.id, game.commence_time, game.status, game.review_reason, game.home_score, game.away_score,
           least(game.under_way_at, absorbed.under_way_at) AS under_way_at,
           coalesce(game.start_decided_at, absorbed.start_decided_at) AS start_decided_at,
           game.merged_into, result.outcome, result.source, result.began_at, result.recorded_at,
           (SELECT began_at FROM game_results
            WHERE game_id = game.id AND outcome = 'final' AND mirror_of IS NULL
            ORDER BY id DESC LIMIT 1) AS last_began_at,
           game.home_score IS NOT NULL
             OR coalesce(game.under_way_at, absorbed.under_way_at) IS NOT NULL
             OR coalesce(game.contradicted_at, absorbed.contradicted_at) IS NOT NULL
             OR EXISTS (SELECT FROM game_results WHERE game_id = game.id AND outcome = 'final') AS has_begun,
           EXISTS (
               SELECT FROM games other
               WHERE other.sport = game.sport AND other.id <> game.id
                 AND least(other.home_team_id, other.away_team_id) = least(game.home_team_id, game.away_team_id)
                 AND greatest(other.home_team_id, other.away_team_id) = greatest(game.home_team_id, game.away_team_id)
                 AND other.local_date BETWEEN game.local_date - 1 AND game.local_date + 1
                 AND other.commence_time BETWEEN game.commence_time - interval '1 day'
                                             AND game.commence_time + interval '1 day'
                 AND (other.status IN ('live', 'finished') OR other.under_way_at IS NOT NULL
                      OR other.contradicted_at IS NOT NULL
                      OR (other.status IN ('scheduled', 'review', 'cancelled') AND other.commence_time <= %(at)s))
             ) AS other_has_begun
    FROM games game
    CROSS JOIN LATERAL (
      SELECT min(under_way_at) AS under_way_at, min(start_decided_at) AS start_decided_at,
             min(contradicted_at) AS contradicted_at
      FROM games WHERE merged_into = game.id
    ) absorbed
    LEFT JOIN game_results result ON result.id = game.result_id
    WHERE game.id = %(game)s
    FOR NO KEY UPDATE OF game
""")

# A game that is reopened is reopened with all that it has absorbed.
_SET_START = SQL("""
    UPDATE games SET start_decided_at = %(start)s
    WHERE id = %(game)s OR (merged_into = %(game)s AND %(start)s::timestamptz IS NULL)
""")

# A game's result ids increase in recording order. The ledger state before a result is therefore the last entry caused
# by an earlier result.
_CHANGED_PICKS = SQL("""
    SELECT pick.id AS pick_id, owner.username, pick.market, pick.selection, pick.line, pick.price, pick.stake_units,
           earlier.result AS result_before, earlier.units AS units_before,
           earlier.closing_line AS closing_line_before, earlier.closing_price AS closing_price_before,
           earlier.clv_percent AS clv_percent_before,
           entry.result AS result_after, entry.units AS units_after,
           entry.closing_line AS closing_line_after, entry.closing_price AS closing_price_after,
           entry.clv_percent AS clv_percent_after,
           count(*) OVER () AS changed
    FROM picks pick
    JOIN users owner ON owner.id = pick.user_id
    LEFT JOIN LATERAL (
      SELECT * FROM settlement_ledger
      WHERE pick_id = pick.id AND result_id < %(result)s
      ORDER BY result_id DESC, sign DESC
      LIMIT 1
    ) earlier ON earlier.sign = 1
    LEFT JOIN {entry}
    WHERE pick.game_id = %(game)s
      AND (earlier.result, earlier.units, earlier.closing_line, earlier.closing_price, earlier.clv_percent)
          IS DISTINCT FROM (entry.result, entry.units, entry.closing_line, entry.closing_price, entry.clv_percent)
    ORDER BY pick.id
    LIMIT %(limit)s
""").format(entry=ENTRY_IN_FORCE)

_UNITS = SQL("""
    SELECT owner.id AS user_id, owner.username,
           coalesce(sum(entry.sign * entry.units) FILTER (WHERE entry.result_id <> ALL(%(results)s)), 0) AS before,
           coalesce(sum(entry.sign * entry.units), 0) AS after
    FROM users owner
    JOIN picks pick ON pick.user_id = owner.id
    JOIN settlement_ledger entry ON entry.pick_id = pick.id
    WHERE owner.id = ANY(%(users)s)
    GROUP BY owner.id
""")


class GameRow(TableRow, frozen=True):
    """A game with outcome, source, start and time of its result in force, or None for all before the first result.

    under_way_at, start_decided_at: of the game or one that it has absorbed. last_began_at: the start in its last final.
    has_begun: whether the game has begun or may have. other_has_begun: whether another listing of the same teams within
    a day has begun.
    """

    id: int
    commence_time: datetime
    status: GameStatus
    review_reason: str | None
    home_score: int | None
    away_score: int | None
    under_way_at: datetime | None
    start_decided_at: datetime | None
    last_began_at: datetime | None
    merged_into: int | None
    has_begun: bool
    other_has_begun: bool
    outcome: Outcome | None
    source: str | None
    began_at: datetime | None
    recorded_at: datetime | None


class ChangedPick(TableRow, frozen=True):
    """A pick with its ledger entry in force before and after a result. The fields are None while it is pending.

    changed: total number of picks that the result changed.
    """

    pick_id: int
    username: str
    market: Market
    selection: Selection
    line: Decimal | None
    price: int
    stake_units: Decimal
    result_before: PickResult | None
    units_before: Decimal | None
    closing_line_before: Decimal | None
    closing_price_before: int | None
    clv_percent_before: Decimal | None
    result_after: PickResult | None
    units_after: Decimal | None
    closing_line_after: Decimal | None
    closing_price_after: int | None
    clv_percent_after: Decimal | None
    changed: int


class UnitsRow(TableRow, frozen=True):
    """A user's units before and after a result."""

    user_id: int
    username: str
    before: Decimal
    after: Decimal


def lock_game(connection: Connection, game_id: int, at: datetime) -> GameRow | None:
    """Return the game as it is at `at`, and lock its row. None if the game does not exist.

    The caller must hold the lock for writing games (`take_turn`). Otherwise the result in force may be older than the
    game.
    """
    with connection.cursor(row_factory=row_of(GameRow)) as cursor:
        return cursor.execute(_LOCK_GAME, {"game": game_id, "at": at}).fetchone()


def set_start(connection: Connection, game_id: int, start: datetime | None) -> None:
    """Set the start that an administrator has decided for a game. None takes it back."""
    connection.execute(_SET_START, {"game": game_id, "start": start})


def changed_picks(connection: Connection, game_id: int, result_id: int, limit: int) -> list[ChangedPick]:
    """Return up to `limit` picks whose ledger state the game's newest result has changed."""
    with connection.cursor(row_factory=row_of(ChangedPick)) as cursor:
        return cursor.execute(_CHANGED_PICKS, {"game": game_id, "result": result_id, "limit": limit}).fetchall()


def units_around(connection: Connection, users: Collection[int], results: Collection[int]) -> dict[int, UnitsRow]:
    """Return these users' units without and with the entries of these results, by user id."""
    with connection.cursor(row_factory=row_of(UnitsRow)) as cursor:
        return {row.user_id: row for row in cursor.execute(_UNITS, {"users": list(users), "results": list(results)})}
