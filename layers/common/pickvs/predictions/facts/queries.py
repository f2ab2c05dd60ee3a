"""The SQL of facts: calls of the functions that keep the order of time (migration 26)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_FACTS = """
    SELECT game_id, season, day, starts_at, home, away, is_neutral, is_playoff, home_points, away_points,
           spread, total, home_moneyline, away_moneyline, player_lines::text AS player_lines
    FROM facts_before(%(sport)s, %(as_of)s, %(from_day)s)
"""
_FIXTURES = """
    SELECT game_id, day, starts_at, home, away, is_neutral, is_playoff, spread, total, home_moneyline, away_moneyline
    FROM fixtures_on(%(sport)s, %(day)s, %(as_of)s, %(max_age)s)
"""
_BY_DAY = """
    SELECT day, season, digest, teams FROM facts_by_day(%(sport)s, %(as_of)s)
"""
_STATUSES = """
    SELECT player_id, team, status, reason, reported_at, known_at FROM statuses_before(%(sport)s, %(as_of)s)
"""
_PAGE = 500


class FixtureRow(TableRow, frozen=True):
    """A game before it began, with the line that stood."""

    game_id: int
    day: date
    starts_at: datetime
    home: str
    away: str
    is_neutral: bool
    is_playoff: bool
    spread: Decimal | None
    total: Decimal | None
    home_moneyline: int | None
    away_moneyline: int | None


class FactRow(FixtureRow, frozen=True):
    """A game that is over, with its closing line. player_lines: JSON, a list of [player, is home, seconds, counts].

    season: None where the day tells it.
    """

    season: int | None
    home_points: int
    away_points: int
    player_lines: str


class DayRow(TableRow, frozen=True):
    """What `facts_before` says of a day, in short. season: None where the day tells it. teams: once for each game."""

    day: date
    season: int | None
    digest: str
    teams: list[str]


class StatusRow(TableRow, frozen=True):
    """The latest word on a player's health. team: key of the team that he played for; None if it is not known."""

    player_id: int
    team: str | None
    status: str
    reason: str | None
    reported_at: datetime
    known_at: datetime


def facts_before(connection: Connection, sport: str, as_of: datetime, from_day: date) -> Iterator[FactRow]:
    """Yield the games that were over and known before `as_of`, by day, start and id. Reads them in pages."""
    with connection.cursor("facts", row_factory=row_of(FactRow)) as cursor:
        cursor.itersize = _PAGE
        yield from cursor.execute(_FACTS, {"sport": sport, "as_of": as_of, "from_day": from_day})


def facts_by_day(connection: Connection, sport: str, as_of: datetime) -> list[DayRow]:
    """Return the days with games that were over and known before `as_of`, in order."""
    with connection.cursor(row_factory=row_of(DayRow)) as cursor:
        return cursor.execute(_BY_DAY, {"sport": sport, "as_of": as_of}).fetchall()


def fixtures_on(connection: Connection, sport: str, day: date, as_of: datetime, max_age: timedelta) -> list[FixtureRow]:
    """Return the games of a day as they were known before `as_of`, by start and id. max_age: of a quote."""
    with connection.cursor(row_factory=row_of(FixtureRow)) as cursor:
        values = {"sport": sport, "day": day, "as_of": as_of, "max_age": max_age}
        return cursor.execute(_FIXTURES, values).fetchall()


def statuses_before(connection: Connection, sport: str, as_of: datetime) -> list[StatusRow]:
    """Return the latest word on each player of a sport that was known before `as_of`, by player."""
    with connection.cursor(row_factory=row_of(StatusRow)) as cursor:
        return cursor.execute(_STATUSES, {"sport": sport, "as_of": as_of}).fetchall()
