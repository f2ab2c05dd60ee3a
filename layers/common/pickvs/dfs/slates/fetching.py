"""Asks a site for its slates, and stores them as public ones. Each question is a run with a row of its own.

The lobby says which slates there are; each is then asked for its players. The next round is due work: every five
minutes in the hour before a slate locks, when games are postponed and players withdrawn, and hourly otherwise. Without
a slate in the next two days only the daily rule asks. A slate that is stored is followed also when the lobby does not
answer, or leaves it out.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from pickvs.agenda.service import Due, put, take_due_together
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.logging import logger
from pickvs.dfs.slates import queries
from pickvs.dfs.slates.providers import draftkings, draftkings_parsing
from pickvs.dfs.slates.providers.config import SlateSource, slate_source
from pickvs.dfs.slates.providers.draftkings_parsing import Group
from pickvs.dfs.slates.rules import SLATE_JOBS, SlateFacts
from pickvs.dfs.slates.service import put_slate
from pickvs.jobs.freshness import ALL
from pickvs.jobs.reading import source_off
from pickvs.jobs.runs import IngestionFailed, Job, Run, Stored, run_once
from pickvs.jobs.sources import Capture, Question
from pickvs.markets.providers.http_source import Pace

FETCH_DFS_SLATES = "fetch_dfs_slates"
JOB = SLATE_JOBS[draftkings_parsing.SITE]
KEY = "lobby"
ASKING_SECONDS = 420
"""Time per invocation after which nothing more is asked. The function times out after 10 minutes."""
AHEAD = timedelta(hours=48)
"""How long before its start a slate is asked for."""
BEHIND = timedelta(hours=6)
"""How long after its start: games begin late, and are postponed."""
CLOSE = timedelta(hours=1)
OFTEN, SELDOM = timedelta(minutes=5), timedelta(hours=1)

_PACES: dict[str, Pace] = {}


def fetch_slates() -> dict[str, Any]:
    """Ask for all slates of the stage's sports, and say when to ask again. The daily round.

    Raises IngestionFailed, when all has been tried, if a lobby has not answered.
    """
    return _round(is_daily=True)


def fetch_due() -> dict[str, Any]:
    """Ask for all slates if that is due. A repeated delivery asks nobody."""
    return _round(is_daily=False)


def next_round(at: datetime, starts: Sequence[datetime]) -> datetime | None:
    """Return when slates are asked for after `at`. None if none starts within the next two days."""
    to_come = [start for start in starts if at < start <= at + AHEAD]
    if not to_come:
        return at + SELDOM if any(at - BEHIND < start <= at for start in starts) else None
    first = min(to_come)
    return at + OFTEN if first - at <= CLOSE else min(at + SELDOM, first - CLOSE)


def _round(*, is_daily: bool) -> dict[str, Any]:
    source = slate_source()
    if source is None:
        return {"runs": [], "due": {}}
    reports: list[dict[str, Any]] = []
    starts: list[datetime] = []

    def do(works: Sequence[Due]) -> dict[str, datetime | None]:
        starts.extend(_ask(source, reports))
        again = _next_round(starts)
        return {work.key: again for work in works}

    due = take_due_together(FETCH_DFS_SLATES, do)
    if is_daily and not reports:
        starts.extend(_ask(source, reports))
    if is_daily and (again := _next_round(starts)) is not None:
        with transaction() as connection:
            put(connection, FETCH_DFS_SLATES, KEY, again, {})
    report = {"runs": reports, "due": due}
    logger().info("slates asked", extra={"report": report})
    if is_daily and not any(each["status"] in ("succeeded", "partial") for each in reports):
        raise IngestionFailed("no lobby has answered")
    return report


def _next_round(starts: Sequence[datetime]) -> datetime | None:
    """Return when slates are asked for next. starts: of those that the lobbies list; the stored ones count as well."""
    at = clock.now()
    with transaction() as connection:
        stored = queries.public_starts(connection, draftkings_parsing.SITE, at - BEHIND, at + AHEAD)
    return next_round(at, [*starts, *stored])


def _ask(source: SlateSource, reports: list[dict[str, Any]]) -> list[datetime]:
    """Ask for lobbies and slates. Returns the starts of the slates that the lobbies list."""
    ends = time.monotonic() + ASKING_SECONDS
    pace = _PACES.setdefault(JOB, Pace(source.pace))
    client = draftkings.DraftKings(source.lobby_url, source.api_url, source.contact, pace)
    at = clock.now()
    groups: list[Group] = []

    def note(connection: Connection, capture: Capture[Group], __: Run) -> Stored:
        groups.extend(each for each in capture.items if at - BEHIND < each.starts_at <= at + AHEAD)
        # Out of season a lobby is empty. One that forgets the slates to come is no good news.
        is_whole = capture.items or not queries.public_starts(connection, draftkings_parsing.SITE, at, at + AHEAD)
        return Stored({"slates": len(capture.items)}, usable=frozenset({ALL} if is_whole else ()))

    def run[Item](
        question: Question,
        read: Callable[[bytes, str], Capture[Item]],
        store: Callable[[Connection, Capture[Item], Run], Stored],
    ) -> None:
        if time.monotonic() + draftkings.SECONDS < ends and not _is_off():
            job = Job(
                name=JOB,
                subjects=lambda: (question.subject,),
                question=lambda _: question,
                source=lambda _: client,
                read=read,
                store=store,
                measured={},
            )
            reports.append(run_once(job, question.subject, seconds=draftkings.SECONDS))

    for sport in source.sports:
        run(draftkings.lobby_question(sport), lambda body, _: draftkings_parsing.read_lobby(body), note)
    for group in sorted(groups, key=lambda each: (each.starts_at, each.id)):
        run(
            draftkings.group_question(group),
            lambda body, _, group=group: draftkings_parsing.read_group(body, group),  # type: ignore[misc]
            _store,
        )
    return [group.starts_at for group in groups]


def _store(connection: Connection, capture: Capture[SlateFacts], current: Run) -> Stored:
    for facts in capture.items:
        put_slate(connection, facts, user_id=None, at=current.at)
    players = sum(len(facts.players) for facts in capture.items)
    return Stored({"players": players}, usable=frozenset({ALL} if capture.items else ()))


def _is_off() -> bool:
    """Whether the source is not asked at the moment, because it refuses: until the next UTC day."""
    with transaction() as connection:
        return source_off(connection, JOB, clock.now()) is not None
