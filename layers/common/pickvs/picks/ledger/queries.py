"""The SQL of reading any user's picks."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.markets.values import Market
from pickvs.picks.columns import DRAW_OFFERED, ENTRY_IN_FORCE, PICK_COLUMNS, PickRow
from pickvs.picks.rules import ClvReason, PickResult, VoidReason

_LAST = (datetime.max.replace(tzinfo=UTC), 2**63 - 1, 2**63 - 1)  # as a position: before every pick

_PICK = SQL("""
    SELECT {pick}, pick.user_id, owner.username,
           {draw_offered} AS draw_offered
    FROM picks pick
    JOIN games game ON game.id = pick.game_id
    JOIN users owner ON owner.id = pick.user_id
    LEFT JOIN {entry}
    WHERE pick.id = %s
""").format(pick=PICK_COLUMNS, draw_offered=DRAW_OFFERED, entry=ENTRY_IN_FORCE)

# Excludes games that still accept picks.
_SHOWN_GAMES = SQL("""
    (game.status IN ('live', 'finished') OR game.commence_time <= %(locked_until)s)
    AND (%(sport)s::text IS NULL OR game.sport = %(sport)s)
    AND (%(since)s::timestamptz IS NULL OR game.commence_time >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR game.commence_time < %(until)s)
""")

# Walks games along the index on their times and reads at most one page of picks from each, so every page costs the
# same. OFFSET 0 stops the planner from looking up the ledger entries of all the game's picks first. Games without a
# settled result and reopened games have no graded picks and are skipped.
_EVERYBODYS = SQL("""
    SELECT found.*, owner.username
    FROM (
      SELECT shown.*
      FROM games game
      CROSS JOIN LATERAL (
        SELECT {pick}, pick.user_id
        FROM (
          SELECT *
          FROM picks
          WHERE game_id = game.id
            AND id < CASE WHEN (game.commence_time, game.id) = (%(time)s, %(game)s) THEN %(pick)s
                          ELSE 9223372036854775807 END
            AND (%(market)s::market IS NULL OR market = %(market)s)
          ORDER BY id DESC
          OFFSET 0
        ) pick
        JOIN {entry}
        ORDER BY pick.id DESC
        LIMIT %(limit)s
      ) shown
      WHERE (game.commence_time, game.id) <= (%(time)s, %(game)s) AND {shown_games}
        AND (SELECT outcome FROM game_results WHERE id = game.settled_result_id) <> 'reopened'
      ORDER BY game.commence_time DESC, game.id DESC, shown.id DESC
      LIMIT %(limit)s
    ) found
    JOIN users owner ON owner.id = found.user_id
    ORDER BY found.commence_time DESC, found.game_id DESC, found.id DESC
""").format(pick=PICK_COLUMNS, entry=ENTRY_IN_FORCE, shown_games=_SHOWN_GAMES)

# One user has few picks, however large the ledger is. All of them are sorted, and ledger entries are looked up for the
# page only.
_OF_ONE = SQL("""
    SELECT {pick}, pick.user_id, pick.username
    FROM (
      SELECT own.*, owner.username, game.commence_time AS tip_off
      FROM users owner
      JOIN picks own ON own.user_id = owner.id
      JOIN games game ON game.id = own.game_id
      WHERE owner.id = coalesce(
          (SELECT id FROM users WHERE lower(username) = lower(%(username)s)),
          (SELECT user_id FROM former_usernames WHERE lower(username) = lower(%(username)s))
        )
        AND (game.commence_time, game.id, own.id) < (%(time)s, %(game)s, %(pick)s)
        AND (%(market)s::market IS NULL OR own.market = %(market)s)
        AND {shown_games}
      ORDER BY tip_off DESC, own.game_id DESC, own.id DESC
      OFFSET 0
    ) pick
    JOIN games game ON game.id = pick.game_id
    JOIN {entry}
    ORDER BY pick.tip_off DESC, pick.game_id DESC, pick.id DESC
    LIMIT %(limit)s
""").format(pick=PICK_COLUMNS, entry=ENTRY_IN_FORCE, shown_games=_SHOWN_GAMES)

_ENTRIES = SQL("""
    SELECT entry.sign, entry.result, entry.void_reason, entry.units, entry.wagered, entry.closing_line,
           entry.closing_price, entry.clv_percent, entry.clv_reason, entry.clv_points, entry.settled_at,
           cause.outcome, cause.home_score, cause.away_score, cause.began_at, cause.source, cause.reason,
           cause.recorded_at
    FROM settlement_ledger entry
    JOIN game_results cause ON cause.id = entry.result_id
    WHERE entry.pick_id = %s
    ORDER BY entry.result_id, entry.sign
""")

type Position = tuple[datetime, int, int]
"""A place in the ledger: tip-off, game id, pick id."""


class SignedPickRow(PickRow, frozen=True):
    """A pick with its owner."""

    user_id: int
    username: str


class PickTermsRow(SignedPickRow, frozen=True):
    """A pick with its owner. draw_offered: whether the moneyline had a third side when the pick was made."""

    draw_offered: bool


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Criteria for settled picks. None means no restriction."""

    username: str | None = None
    sport: str | None = None
    market: Market | None = None
    since: datetime | None = None
    """Earliest tip-off, inclusive."""
    until: datetime | None = None
    """Latest tip-off, exclusive."""


class EntryRow(TableRow, frozen=True):
    """An entry of the settlement ledger, with the game result that caused it."""

    sign: Literal[1, -1]
    result: PickResult
    void_reason: VoidReason | None
    units: Decimal
    wagered: Decimal
    closing_line: Decimal | None
    closing_price: int | None
    clv_percent: Decimal | None
    clv_reason: ClvReason | None
    clv_points: Decimal | None
    settled_at: datetime
    outcome: Literal["final", "void", "reopened"]
    home_score: int | None
    away_score: int | None
    began_at: datetime | None
    source: str
    reason: str | None
    recorded_at: datetime


def pick_by_id(connection: Connection, pick_id: int) -> PickTermsRow | None:
    """Return the pick with this id, sealed or not, or None."""
    with connection.cursor(row_factory=row_of(PickTermsRow)) as cursor:
        return cursor.execute(_PICK, [pick_id]).fetchone()


def settled_picks(
    connection: Connection, chosen: LedgerFilter, *, locked_until: datetime, after: Position | None, limit: int
) -> list[SignedPickRow]:
    """Return up to `limit` settled picks, latest games first.

    locked_until: games that tip off later are left out even if they have ledger entries, unless their status says that
    they have been played. after: position of the previous page's last pick.
    """
    time, game, pick = after or _LAST
    parameters = {
        "username": chosen.username,
        "sport": chosen.sport,
        "market": chosen.market,
        "since": chosen.since,
        "until": chosen.until,
        "locked_until": locked_until,
        "time": time,
        "game": game,
        "pick": pick,
        "limit": limit,
    }
    with connection.cursor(row_factory=row_of(SignedPickRow)) as cursor:
        return cursor.execute(_EVERYBODYS if chosen.username is None else _OF_ONE, parameters).fetchall()


def entries(connection: Connection, pick_id: int) -> list[EntryRow]:
    """Return all ledger entries of a pick, in booking order."""
    with connection.cursor(row_factory=row_of(EntryRow)) as cursor:
        return cursor.execute(_ENTRIES, [pick_id]).fetchall()
