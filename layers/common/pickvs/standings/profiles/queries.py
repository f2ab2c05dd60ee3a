"""The SQL of profiles. Each statement reads no more than one user's own picks."""

from datetime import date, datetime
from decimal import Decimal

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.markets.values import Market, Selection

_FIND = SQL("SELECT id, username, created_at FROM users WHERE lower(username) = lower(%s)")

# The quote, the game and the entries of each pick are looked up by their keys, however large those tables are: LATERAL
# with OFFSET 0 keeps the planner from reading them whole for a user with many picks.
_GROUPS = SQL("""
    SELECT pick.market, pick.selection, sign(coalesce(pick.line, 0))::integer AS line, quote.chance,
           coalesce(sum(entry.sign) FILTER (WHERE entry.result = 'win'), 0)::integer AS wins,
           coalesce(sum(entry.sign) FILTER (WHERE entry.result = 'loss'), 0)::integer AS losses,
           coalesce(sum(entry.sign) FILTER (WHERE entry.result = 'push'), 0)::integer AS pushes,
           coalesce(sum(entry.sign) FILTER (WHERE entry.result = 'void'), 0)::integer AS voids,
           sum(entry.sign * entry.units) AS units,
           sum(entry.sign * entry.wagered) AS wagered,
           coalesce(sum(entry.sign * entry.clv_percent) FILTER (WHERE entry.result <> 'void'), 0) AS clv_sum,
           coalesce(sum(entry.sign) FILTER (WHERE entry.result <> 'void' AND entry.clv_percent IS NOT NULL), 0)::integer
             AS clv_picks
    FROM picks pick
    CROSS JOIN LATERAL (
      SELECT sign(probability - 0.5)::integer AS chance FROM quotes WHERE id = pick.quote_id OFFSET 0
    ) quote
    CROSS JOIN LATERAL (SELECT * FROM settlement_ledger WHERE pick_id = pick.id OFFSET 0) entry
    WHERE pick.user_id = %s
    GROUP BY pick.market, pick.selection, sign(coalesce(pick.line, 0)), quote.chance
""")

# A day whose picks were all void, or taken back for good, was not played: nothing is graded on it.
_DAYS = SQL("""
    SELECT game.day, sum(entry.sign * entry.units) AS units
    FROM picks pick
    CROSS JOIN LATERAL (
      SELECT (commence_time AT TIME ZONE 'UTC')::date AS day FROM games WHERE id = pick.game_id OFFSET 0
    ) game
    CROSS JOIN LATERAL (SELECT * FROM settlement_ledger WHERE pick_id = pick.id OFFSET 0) entry
    WHERE pick.user_id = %s
    GROUP BY game.day
    HAVING sum(entry.sign) FILTER (WHERE entry.result <> 'void') > 0
    ORDER BY game.day
""")


class Contestant(TableRow, frozen=True):
    """A user as everybody may know one."""

    id: int
    username: str
    created_at: datetime


class GroupRow(TableRow, frozen=True):
    """What the ledger says of a user's picks that are alike. line, chance: the signs that rules.role asks for."""

    market: Market
    selection: Selection
    line: int
    chance: int
    wins: int
    losses: int
    pushes: int
    voids: int
    units: Decimal
    wagered: Decimal
    clv_sum: Decimal
    clv_picks: int


class DayRow(TableRow, frozen=True):
    """What a user's picks on the games of one UTC day have won."""

    day: date
    units: Decimal


def find_contestant(connection: Connection, username: str) -> Contestant | None:
    """Return the user with this name, in whatever case it is written."""
    with connection.cursor(row_factory=row_of(Contestant)) as cursor:
        return cursor.execute(_FIND, (username,)).fetchone()


def groups(connection: Connection, user_id: int) -> list[GroupRow]:
    """Return the sums of the user's settled picks by market, selection and what the market thought of the side."""
    with connection.cursor(row_factory=row_of(GroupRow)) as cursor:
        return cursor.execute(_GROUPS, (user_id,)).fetchall()


def days(connection: Connection, user_id: int) -> list[DayRow]:
    """Return the UTC days on which a game was played that the user has a graded pick on, in order."""
    with connection.cursor(row_factory=row_of(DayRow)) as cursor:
        return cursor.execute(_DAYS, (user_id,)).fetchall()
