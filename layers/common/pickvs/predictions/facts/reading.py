"""Facts for models, in the order of time. The only way by which a model learns what happened.

The database leaves out whatever was not known or had not happened by a time (`facts_before`). This module turns the
rows into days, and leaves out the day of that time: a model advances by whole days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

import msgspec

from pickvs.core.database import Connection
from pickvs.predictions.facts import queries
from pickvs.predictions.facts.queries import FactRow, FixtureRow
from pickvs.predictions.facts.rules import Day, DaySummary, Fixture, Line, PlayerLine, Result
from pickvs.sports.rules import local_date, season_of

_EARLIEST = date(1900, 1, 1)

type _Lines = list[tuple[int, bool, int, dict[str, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """A game as it was known before it began. line: the market's then; None without one."""

    fixture: Fixture
    starts_at: datetime
    line: Line | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerStatus:
    """The latest word on a player's health. player: as in `PlayerLine`. team: None if it is not known."""

    player: str
    team: str | None
    status: str
    reason: str | None
    reported_at: datetime
    known_at: datetime


def days_before(connection: Connection, sport: str, as_of: datetime, *, from_day: date = _EARLIEST) -> Iterator[Day]:
    """Yield the league-local days with results that ended before `as_of`, from `from_day` on, in order.

    as_of: timezone-aware. Nothing that became known at `as_of` or later is in them, nor anything of the league-local
    day of `as_of` or of a later one. Raises KeyError if the sport is not covered. Runs in the caller's transaction,
    which must stay open until the last day is read.
    """
    today = local_date(sport, as_of)
    rows = queries.facts_before(connection, sport, as_of, from_day)
    for day, games in groupby(rows, key=lambda row: row.day):
        if day >= today:
            return
        yield _day(sport, day, list(games))


def summaries_before(connection: Connection, sport: str, as_of: datetime) -> list[DaySummary]:
    """Return the days that `days_before` yields, in short and in order. They are read apart from them."""
    today = local_date(sport, as_of)
    return [
        DaySummary(
            day=row.day,
            season=row.season if row.season is not None else season_of(sport, row.day),
            digest=row.digest,
            teams=tuple(row.teams),
        )
        for row in queries.facts_by_day(connection, sport, as_of)
        if row.day < today
    ]


def upcoming_on(
    connection: Connection, sport: str, day: date, as_of: datetime, *, max_line_age: timedelta
) -> list[Upcoming]:
    """Return the games of a league-local day as they were known before `as_of`, by start. Nothing of their results.

    max_line_age: age at which a quote is stale, and no line.
    """
    rows = queries.fixtures_on(connection, sport, day, as_of, max_line_age)
    return [Upcoming(fixture=_fixture(sport, row), starts_at=row.starts_at, line=_line(row)) for row in rows]


def statuses_before(connection: Connection, sport: str, as_of: datetime) -> dict[str, PlayerStatus]:
    """Return the latest word on each player's health that was known before `as_of`, by player."""
    return {
        str(row.player_id): PlayerStatus(
            player=str(row.player_id),
            team=row.team,
            status=row.status,
            reason=row.reason,
            reported_at=row.reported_at,
            known_at=row.known_at,
        )
        for row in queries.statuses_before(connection, sport, as_of)
    }


def _day(sport: str, day: date, games: list[FactRow]) -> Day:
    results = [
        Result(fixture=_fixture(sport, row, row.season), home_points=row.home_points, away_points=row.away_points)
        for row in games
    ]
    lines = {row.game_id: line for row in games if (line := _line(row)) is not None}
    players = [line for row in games for line in _player_lines(row)]
    return Day(day=day, results=tuple(results), closing_lines=lines, player_lines=tuple(players))


def _fixture(sport: str, row: FixtureRow, season: int | None = None) -> Fixture:
    return Fixture(
        game=row.game_id,
        sport=sport,
        season=season if season is not None else season_of(sport, row.day),
        day=row.day,
        home=row.home,
        away=row.away,
        is_neutral=row.is_neutral,
        is_playoff=row.is_playoff,
    )


def _line(row: FixtureRow) -> Line | None:
    if row.spread is None and row.total is None and row.home_moneyline is None and row.away_moneyline is None:
        return None
    return Line(
        spread=None if row.spread is None else float(row.spread),
        total=None if row.total is None else float(row.total),
        home_moneyline=row.home_moneyline,
        away_moneyline=row.away_moneyline,
    )


def _player_lines(row: FactRow) -> Iterator[PlayerLine]:
    lines: _Lines = msgspec.json.decode(row.player_lines, type=list[tuple[int, bool, int, dict[str, int]]])
    for player, is_home, seconds, statistics in lines:
        yield PlayerLine(
            game=row.game_id,
            player=str(player),
            team=row.home if is_home else row.away,
            opponent=row.away if is_home else row.home,
            is_home=is_home,
            seconds=seconds,
            statistics=statistics,
        )
