"""The SQL of profiles. Each statement reads only one user's own picks."""

from datetime import date, datetime
from decimal import Decimal

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.markets.values import Market, Selection

# A former username is reserved for its user, so it names nobody else.
_FIND = SQL("""
    SELECT id, username, created_at
    FROM users
    WHERE id = coalesce(
      (SELECT id FROM users WHERE lower(username) = lower(%(username)s)),
      (SELECT user_id FROM former_usernames WHERE lower(username) = lower(%(username)s))
    )
""")

# Each pick's quote, game and entries are looked up by key. LATERAL with OFFSET 0 stops the planner from scanning those
# tables for a user with many picks.
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

# Leaves out days whose picks are all void or reversed: nothing is graded on them.
_DAYS = SQL("""
    SELECT game.day, sum(entry.sign * entry.units) AS units
    FROM picks pick
    CROSS JOIN LATERAL (
      SELECT local_date AS day FROM games WHERE id = pick.game_id OFFSET 0
    ) game
    CROSS JOIN LATERAL (SELECT * FROM settlement_ledger WHERE pick_id = pick.id OFFSET 0) entry
    WHERE pick.user_id = %s
    GROUP BY game.day
    HAVING sum(entry.sign) FILTER (WHERE entry.result <> 'void') > 0
    ORDER BY game.day
""")


class Contestant(TableRow, frozen=True):
    """The public data of a user."""

    id: int
    username: str
    created_at: datetime


class GroupRow(TableRow, frozen=True):
    """Sums of a user's similar picks. line, chance: the signs that `rules.role` takes."""

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
    """Units won or lost on a user's picks on the games of one date."""

    day: date
    units: Decimal


def find_contestant(connection: Connection, username: str) -> Contestant | None:
    """Return the user who has, or had, this name (case-insensitive), or None."""
    with connection.cursor(row_factory=row_of(Contestant)) as cursor:
        return cursor.execute(_FIND, {"username": username}).fetchone()


def groups(connection: Connection, user_id: int) -> list[GroupRow]:
    """Return sums of the user's settled picks by market, selection and the market's view of the side."""
    with connection.cursor(row_factory=row_of(GroupRow)) as cursor:
        return cursor.execute(_GROUPS, (user_id,)).fetchall()


def days(connection: Connection, user_id: int) -> list[DayRow]:
    """Return the dates (`games.local_date`) of games on which the user has a graded pick, in order."""
    with connection.cursor(row_factory=row_of(DayRow)) as cursor:
        return cursor.execute(_DAYS, (user_id,)).fetchall()
