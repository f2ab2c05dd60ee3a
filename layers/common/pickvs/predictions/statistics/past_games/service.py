"""Records rows of a table of past games, in the caller's transaction. Recording the same again changes nothing.

A row never replaces what is known. What contradicts it is a finding, which an administrator sees and resolves; the
models go on with what was known first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pickvs.core.database import Connection
from pickvs.predictions.facts.rules import Line
from pickvs.predictions.statistics.past_games import queries
from pickvs.predictions.statistics.past_games.rules import (
    Decision,
    Meeting,
    PastGame,
    Recorded,
    contradicting,
    decide,
    starts_at,
    what_is_impossible,
)
from pickvs.predictions.statistics.quality.service import note_anomaly
from pickvs.predictions.statistics.recording import queries as recording
from pickvs.predictions.statistics.recording.rules import next_morning
from pickvs.sports.rules import SPORTS, local_date, season_days
from pickvs.sports.teams.reading import teams_named

CONTRADICTED = "past_game_contradicted"
"""The rule of an anomaly: a table says something else of a past game than what is recorded."""

type Outcome = Literal[
    "written", "completed", "unchanged", "impossible", "unknown_team", "not_past", "doubled", "contradicts"
]
TAKEN: tuple[Outcome, ...] = ("written", "completed", "unchanged")
"""Outcomes of rows with nothing wrong."""


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of a row. why: in words, of a row that was not taken."""

    outcome: Outcome
    why: str = ""


@dataclass(slots=True)
class _Table:
    connection: Connection
    sport: str
    source: str
    at: datetime
    first_day: date | None
    known: dict[Meeting, Recorded]


def record_past_games(
    connection: Connection, sport: str, source: str, games: Sequence[PastGame], at: datetime
) -> list[RowReport]:
    """Record rows, and return what became of each, in their order.

    A game is made only before the platform's first day of the sport: no table makes a game that anybody could have
    picked. Raises KeyError if the sport is not covered.
    """
    if not games:
        return []
    recording.take_turn(connection, sport)
    named = teams_named(connection, sport, source, {name for game in games for name in (game.home, game.away)})
    teams = {name: team.id for name, team in named.items()}
    days = [game.day for game in games]
    table = _Table(
        connection=connection,
        sport=sport,
        source=source,
        at=at,
        first_day=recording.first_day(connection, sport),
        known=_known(connection, sport, min(days), max(days)),
    )
    today = local_date(sport, at)
    told = [_refused(table, game, teams, today) for game in games]
    meetings = [(_meeting(game, teams), game) for game, refused in zip(games, told, strict=True) if refused is None]
    split = contradicting(meetings)
    return [
        refused if refused is not None else _record(table, game, teams, split)
        for game, refused in zip(games, told, strict=True)
    ]


def _refused(table: _Table, game: PastGame, teams: Mapping[str, int], today: date) -> RowReport | None:
    if why := what_is_impossible(table.sport, game, today):
        return RowReport("impossible", why)
    unknown = [name for name in (game.home, game.away) if name not in teams]
    if unknown:
        return RowReport("unknown_team", f"no team is known as {' or '.join(unknown)}; add the name as an alias")
    if teams[game.home] == teams[game.away]:
        return RowReport("impossible", f"{game.home} and {game.away} are one team")
    if table.first_day is not None and game.day >= table.first_day:
        return RowReport("not_past", f"the platform's own games begin on {table.first_day.isoformat()}")
    return None


def _record(table: _Table, game: PastGame, teams: Mapping[str, int], split: set[Meeting]) -> RowReport:
    meeting = _meeting(game, teams)
    if meeting in split:
        return RowReport("doubled", "rows of one game say different things; leave the right one")
    sides = teams[game.home], teams[game.away]
    known = table.known.get(meeting)
    if known is None:
        known = Recorded(id=_make(table, game, sides), teams=sides, points=None, line=Line())
        _note(table, game, known, game.line)
        outcome: Outcome = "written"
        line = game.line
    else:
        decision = decide(game, sides, known)
        if decision.outcome == "contradicts":
            _find_fault(table, game, known, decision)
            return RowReport("contradicts", decision.why)
        if decision.outcome == "completed":
            _note(table, game, known, decision.line)
        outcome, line = decision.outcome, decision.line
    points = game.home_points, game.away_points
    table.known[meeting] = Recorded(id=known.id, teams=known.teams, points=points, line=line)
    return RowReport(outcome)


def _make(table: _Table, game: PastGame, sides: tuple[int, int]) -> int:
    sport = table.sport
    recording.ensure_season(table.connection, sport, game.season, season_days(sport, game.season), table.at)
    return recording.insert_past_game(
        table.connection,
        {
            "sport": sport,
            "season": game.season,
            "local_date": game.day,
            "number": game.number,
            "home": sides[0],
            "away": sides[1],
            "starts_at": starts_at(game.day, SPORTS[sport].time_zone),
            "phase": game.phase,
            "is_neutral": game.is_neutral,
            "at": table.at,
        },
    )


def _note(table: _Table, game: PastGame, known: Recorded, line: Line) -> None:
    values: dict[str, Any] = {
        "game": known.id,
        "home": game.home_points,
        "away": game.away_points,
        "spread": line.spread,
        "total": line.total,
        "home_moneyline": line.home_moneyline,
        "away_moneyline": line.away_moneyline,
        "source": table.source,
        "known_at": min(next_morning(game.day, SPORTS[table.sport].time_zone), table.at),
        "at": table.at,
    }
    queries.insert_result(table.connection, values)


def _find_fault(table: _Table, game: PastGame, known: Recorded, decision: Decision) -> None:
    said: dict[str, Any] = {
        name: value
        for name in ("spread", "total", "home_moneyline", "away_moneyline")
        if (value := getattr(game.line, name)) is not None
    }
    note_anomaly(
        table.connection,
        table.sport,
        CONTRADICTED,
        f"game {known.id} by {table.source}",
        severity="error",
        details={"source": table.source, "score": [game.home_points, game.away_points], **said, "why": decision.why},
        at=table.at,
        game_id=known.id,
    )


def _known(connection: Connection, sport: str, first: date, last: date) -> dict[Meeting, Recorded]:
    return {
        (row.local_date, frozenset((row.home_team_id, row.away_team_id)), row.day_number): Recorded(
            id=row.id,
            teams=(row.home_team_id, row.away_team_id),
            points=None if row.home_points is None or row.away_points is None else (row.home_points, row.away_points),
            line=Line(
                spread=None if row.spread is None else float(row.spread),
                total=None if row.total is None else float(row.total),
                home_moneyline=row.home_moneyline,
                away_moneyline=row.away_moneyline,
            ),
        )
        for row in queries.past_between(connection, sport, first, last)
    }


def _meeting(game: PastGame, teams: Mapping[str, int]) -> Meeting:
    return game.day, frozenset((teams[game.home], teams[game.away])), game.number
