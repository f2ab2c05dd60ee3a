"""Asks sources for the health of players on days with games, and records what is news.

A schedule asks about all sports that play today. In the two hours before a tip-off the agenda has a sport asked about
every quarter of an hour: see `rules`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pickvs.agenda.service import Due, take_due_together
from pickvs.core import clock, metrics
from pickvs.core.database import Connection, transaction
from pickvs.jobs.freshness import last_good
from pickvs.jobs.reading import asked_since, largest_count
from pickvs.jobs.runs import Job, Run, Stored, run_once
from pickvs.jobs.sources import Capture, Skipped
from pickvs.predictions.statistics.boxes.rules import SCHEMAS, Injury
from pickvs.predictions.statistics.config import injury_sources_of, stats_config, stats_sources
from pickvs.predictions.statistics.injuries import queries
from pickvs.predictions.statistics.injuries.ordering import await_injuries
from pickvs.predictions.statistics.injuries.rules import INGEST_INJURIES, PART, is_close, next_asking
from pickvs.predictions.statistics.metrics import INJURIES_AGE, INJURY_STATUSES
from pickvs.predictions.statistics.preference.rules import JOBS
from pickvs.predictions.statistics.providers.adapters import InjuryAdapter, injury_adapter
from pickvs.predictions.statistics.providers.clients import SECONDS
from pickvs.predictions.statistics.providers.injury_list import InjuryList
from pickvs.predictions.statistics.sources import sources_off
from pickvs.sports.config import fetched_sports
from pickvs.sports.players.reading import players_named
from pickvs.sports.players.rules import player_name
from pickvs.sports.players.service import find_players, note_moves
from pickvs.sports.rules import local_date
from pickvs.sports.teams.reading import teams_named

AVAILABLE = "available"
INJURIES = "injuries"
"""The count of a run that is the length of the source's list."""
LEAST_SHARE = 0.5
"""Length of a list, as a share of the longest that it is compared with, from which it names all who are hurt."""
_DAY = timedelta(days=1)
COMPARED_WITH = timedelta(days=7)
"""Age of the oldest list that a list is compared with."""


def ingest_injuries() -> list[dict[str, Any]]:
    """Ask about every sport that plays today, and plan the questions before its next games. The report of each run.

    Without a source for a sport the database stays asleep.
    """
    sports = _sports()
    reports: list[dict[str, Any]] = []
    for sport in sports:
        with transaction() as connection:
            plays = queries.plays_on(connection, sport, local_date(sport, clock.now()))
        reports += _ask_all(sport) if plays else []
    if sports:
        with transaction() as connection:
            await_injuries(connection, sports, clock.now())
        _take_due(reports)
    _measure(reports)
    return reports


def ingest_due() -> list[dict[str, Any]]:
    """Ask about the sports whose games are about to begin, if that is due. The report of each run."""
    reports: list[dict[str, Any]] = []
    _take_due(reports)
    _measure(reports)
    return reports


def _sports() -> list[str]:
    chosen = stats_sources()
    return [each.key for each in fetched_sports() if each.key in SCHEMAS and injury_sources_of(each.key, chosen)]


def _take_due(reports: list[dict[str, Any]]) -> None:
    """Ask about the sports that are due, and have each asked about again while games are to begin."""

    def do(works: Sequence[Due]) -> dict[str, datetime | None]:
        asked = _sports()
        again: dict[str, datetime | None] = {}
        for work in works:
            sport = str(work.payload["sport"])
            if sport in asked and is_close(clock.now(), _tip_offs(sport)):
                reports.extend(_ask_all(sport))
            # A game may have been put off in the meantime, or another one announced.
            again[work.key] = next_asking(clock.now(), _tip_offs(sport)) if sport in asked else None
        return again

    take_due_together(INGEST_INJURIES, do)


def _tip_offs(sport: str) -> list[datetime]:
    with transaction() as connection:
        return queries.tip_offs_after(connection, sport, clock.now())


def _ask_all(sport: str) -> list[dict[str, Any]]:
    """Ask each source of a sport that is not off, and return the reports. A dead source leaves the others alone."""
    config, names = stats_config(), injury_sources_of(sport, stats_sources())
    with transaction() as connection:
        off = {each.source for each in sources_off(connection, clock.now())}
    reports = [_ask(sport, name, injury_adapter(name, config)) for name in names if name not in off]
    _measure_age(sport, names)
    return reports


def _measure(reports: Sequence[Mapping[str, Any]]) -> None:
    metrics.emit({INJURY_STATUSES: sum(report["counts"].get("news", 0) for report in reports)})


def _measure_age(sport: str, sources: Sequence[str]) -> None:
    """Emit how old the oldest source's last whole list is, while a game of the sport is about to begin.

    Of a source that never had one, it is the time since it was first asked within a day.
    """
    at = clock.now()
    if not is_close(at, _tip_offs(sport)):
        return
    with transaction() as connection:
        good = last_good(connection, *(JOBS[name] for name in sources))
        ages = []
        for name in sources:
            since = good.get((JOBS[name], sport, PART))
            if since is None:
                asked = asked_since(connection, JOBS[name], sport, at - _DAY)
                since = asked[0].started_at if asked else at
            ages.append((at - since).total_seconds())
    metrics.emit({INJURIES_AGE: max(0.0, *ages)}, sport=sport)


def _ask(sport: str, name: str, asked: InjuryAdapter) -> dict[str, Any]:
    question = asked.injuries(sport)

    def store(connection: Connection, capture: Capture[Injury], current: Run) -> Stored:
        of_teams = capture.teams if isinstance(capture, InjuryList) else None
        # The length of a list of teams is no measure: on some days few play.
        fallen = _fallen_short(connection, JOBS[name], sport, len(capture.items), current.at)
        short = fallen if of_teams is None else None
        complete = bool(capture.items) and not capture.skipped and short is None
        counts = record_injuries(
            connection,
            sport,
            name,
            capture.items,
            at=current.at,
            run_id=current.id,
            whole=of_teams if of_teams is not None or complete else (),
        )
        return Stored(
            counts,
            skipped=() if short is None else (Skipped(f"nobody is taken for recovered: {short}"),),
            usable=frozenset({PART} if complete else ()),
        )

    job = Job(
        name=JOBS[name],
        subjects=lambda: (sport,),
        question=lambda _: question,
        source=lambda _: asked.source,
        read=asked.read_injuries,
        store=store,
        measured={},
    )
    return run_once(job, sport, seconds=SECONDS)


def _fallen_short(connection: Connection, job: str, sport: str, injuries: int, at: datetime) -> str | None:
    """Return why a list is too short to be all who are hurt. None if it is not.

    A truncated answer can be well formed. A list that has really become short is believed after COMPARED_WITH.
    """
    most = largest_count(connection, job, sport, INJURIES, since=at - COMPARED_WITH)
    if most is None:
        return f"no list of the last {COMPARED_WITH.days} days to compare with"
    if injuries < LEAST_SHARE * most:
        return f"a list of {injuries}, after one of {most} within {COMPARED_WITH.days} days"
    return None


def record_injuries(
    connection: Connection,
    sport: str,
    source: str,
    said: Sequence[Injury],
    *,
    at: datetime,
    run_id: int | None,
    whole: Collection[str] | None,
) -> dict[str, int]:
    """Record what a source says of players' health, where it is news, in the caller's transaction.

    whole: the teams of which it names all who are hurt, as it writes them; None: all teams. Whom it names no more is
    then available. Players that nobody has seen in a game are left out: a name alone makes no player. One whom the
    source lists with another team since his last game is one of that team from now on.
    """
    teams = teams_named(connection, sport, source, {*(each.team for each in said), *(whole or ())})
    ids = {name: team.id for name, team in teams.items()}
    by_id = find_players(connection, sport, source, [each.provider_id for each in said if each.provider_id is not None])
    by_name = players_named(
        connection, sport, {(player_name(each.name), ids[each.team]) for each in said if each.team in ids}
    )
    before = queries.latest(connection, sport, source)
    named: set[int] = set()
    news = unknown = 0
    for each in said:
        player = by_id.get(each.provider_id or "")
        if player is None and each.team in ids:
            player = by_name.get((player_name(each.name), ids[each.team]))
        if player is None:
            unknown += 1
            continue
        if player in named:
            continue
        named.add(player)
        was = before.get(player)
        reported_at = min(each.reported_at, at)
        if was is None or (was.status, was.reason, was.reported_at) != (each.status, each.reason, reported_at):
            _write(connection, player, each.status, each.reason, reported_at, source, at, run_id)
            news += 1
    told_of = None if whole is None else {ids[name] for name in whole if name in ids}
    for player, was in before.items():
        if player not in named and was.status != AVAILABLE and (told_of is None or was.team_id in told_of):
            _write(connection, player, AVAILABLE, None, at, source, at, run_id)
            news += 1
    # Facts are read by days in UTC. On an earlier one, which the league-local day may be, the move was not yet known.
    moves = note_moves(connection, sport, _teams_told(sport, said, by_id, ids, at), at.astimezone(UTC).date())
    return {INJURIES: len(said), "news": news, "unknown_players": unknown, "moves": moves}


def _teams_told(
    sport: str, said: Sequence[Injury], players: Mapping[str, int], teams: Mapping[str, int], at: datetime
) -> dict[int, tuple[int, date]]:
    """Return the team that each player is listed with, and the day of the latest news of him.

    players: by the source's id, for a name is matched by the team. Whoever is listed with two teams is left out.
    """
    told: dict[int, dict[int, date]] = {}
    for each in said:
        player, team = players.get(each.provider_id or ""), teams.get(each.team)
        if player is not None and team is not None:
            days = told.setdefault(player, {})
            days[team] = max(days.get(team, date.min), local_date(sport, min(each.reported_at, at)))
    return {player: next(iter(days.items())) for player, days in told.items() if len(days) == 1}


def _write(
    connection: Connection,
    player: int,
    status: str,
    reason: str | None,
    reported_at: datetime,
    source: str,
    at: datetime,
    run_id: int | None,
) -> None:
    queries.insert(
        connection,
        {
            "player": player,
            "status": status,
            "reason": reason,
            "reported_at": reported_at,
            "source": source,
            "at": at,
            "run": run_id,
        },
    )
