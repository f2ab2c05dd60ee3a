"""Runs the rules over a season, and keeps their findings, in the caller's transaction."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pickvs.core.database import Connection
from pickvs.predictions.statistics.quality import queries
from pickvs.predictions.statistics.quality.rules import Line, PlayedGame, check_season
from pickvs.sports.rules import season_days

RULES = (
    *("settled_score", "sum", "players", "time", "wrong_date", "schema", "doubled_player", "no_box_score"),
    *("doubled_box_score", "two_games_a_day", "gap", "swapped_teams", "far_value", "far_day"),
)
"""The rules of `check_season`. The recording of box scores has one of its own."""

PATIENCE = timedelta(days=1)
"""Time for which an error may wait. Sources correct most box scores within a day, and the daily run asks again."""

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def check_quality(connection: Connection, sport: str, season: int, at: datetime) -> dict[str, int]:
    """Check a season, and return how many findings there are, are new, and have gone."""
    findings = check_season(sport, _season(connection, sport, season))
    new = 0
    for finding in findings:
        new += queries.note(
            connection,
            {
                "sport": sport,
                "rule": finding.rule,
                "subject": f"{season} {finding.subject}",
                "severity": finding.severity,
                "game": finding.game,
                "player": finding.player,
                "details": {"season": season, **finding.details},
                "at": at,
            },
        )
    still = [f"{finding.rule} {season} {finding.subject}" for finding in findings]
    others = [row for row in _open(connection, sport) if row.details.get("season") != season]
    still += [f"{row.rule} {row.subject}" for row in others]
    gone = queries.resolve_gone(connection, sport, RULES, at, since=_EVER, still=still)
    return {"anomalies": len(findings), "anomalies_new": new, "anomalies_gone": gone}


def note_anomaly(
    connection: Connection,
    sport: str,
    rule: str,
    subject: str,
    *,
    severity: str,
    details: Mapping[str, Any],
    at: datetime,
    game_id: int | None = None,
) -> None:
    """Record a finding of another rule than those of `check_season`."""
    queries.note(
        connection,
        {
            "sport": sport,
            "rule": rule,
            "subject": subject,
            "severity": severity,
            "game": game_id,
            "player": None,
            "details": dict(details),
            "at": at,
        },
    )


def resolve_gone(connection: Connection, sport: str, rule: str, subject: str, at: datetime) -> None:
    """Resolve a finding that is there no more, if there was one."""
    queries.resolve_gone(connection, sport, [rule], at, since=_EVER, subject=subject)


def open_findings(connection: Connection, rule: str) -> int:
    """Return the number of findings of a rule that nobody has resolved."""
    return queries.count_open(connection, None, rule)


def errors_that_wait(connection: Connection, at: datetime, *, besides: str) -> int:
    """Return the number of errors, of all rules but one, that nobody has resolved for PATIENCE."""
    return queries.count_errors(connection, besides=besides, found_before=at - PATIENCE)


def _open(connection: Connection, sport: str) -> list[queries.AnomalyRow]:
    return queries.listed(connection, sport=sport, resolved_too=False, after=0, limit=100_000)


def _season(connection: Connection, sport: str, season: int) -> list[PlayedGame]:
    rows = queries.games(connection, sport, season, season_days(sport, season))
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    boxes = [row.box_id for row in rows if row.box_id is not None]
    for line in queries.lines(connection, season, boxes):
        lines[line.box_id].append(
            Line(
                player=line.player_id,
                name=line.name,
                is_home=line.is_home,
                seconds=line.seconds,
                statistics=line.stats,
            )
        )
    return [
        PlayedGame(
            id=row.id,
            day=row.day,
            home=row.home_team_id,
            away=row.away_team_id,
            settled=(row.home_points, row.away_points),
            points=(row.box_home_points or 0, row.box_away_points or 0),
            lines=tuple(lines[row.box_id]) if row.box_id is not None else (),
            number=row.number,
            has_box=row.box_id is not None,
        )
        for row in rows
    ]
