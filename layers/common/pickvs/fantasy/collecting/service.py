"""Collects what sources say of races: daily the whole season, and each session when it should have a result.

The daily round asks the first source for the schedule, the drivers and all results of a season: about 18 requests,
one a second. So a correction that comes weeks later is found. Between rounds, sessions are asked about as `ask_at`
says, and the second source while a result waits for its opinion, each at most `rules.MOST_AN_HOUR` times an hour.
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, cast

from pickvs.agenda import service as agenda
from pickvs.agenda.service import Due, take_due_together
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.logging import logger
from pickvs.fantasy.boards import service as boards
from pickvs.fantasy.collecting.asking import Asking
from pickvs.fantasy.collecting.closing import cancel_lapsed, close_season
from pickvs.fantasy.collecting.config import JOLPICA, race_hour, race_sources
from pickvs.fantasy.collecting.planning import next_at
from pickvs.fantasy.collecting.rules import (
    COLLECT_F1,
    PLANNED_AHEAD,
    seasons_of,
    second_again,
    second_key,
    session_key,
    session_of,
)
from pickvs.fantasy.events.formula_one.providers import jolpica
from pickvs.fantasy.events.formula_one.recording import SPORT
from pickvs.fantasy.events.formula_one.rules import Kind
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.results.queries import FollowedRow
from pickvs.jobs.runs import STORING_MS, WAITING_MS, IngestionFailed

ASKING_SECONDS = 420
"""Time per invocation after which nothing more is asked. The function times out after 10 minutes."""


def collect_season() -> dict[str, Any]:
    """Ask about the season as a whole, do what is due, and close a season that is over. The daily round.

    A repeated delivery asks again, and changes nothing that has not changed at the sources. Raises IngestionFailed,
    when all has been tried, if the first source has not answered about a season.
    """
    sources = race_sources()
    if sources is None:
        return {"runs": [], "due": {}}
    asking = Asking(sources, time.monotonic() + ASKING_SECONDS)
    unanswered: list[int] = []
    for season in seasons_of(clock.now().date()):
        is_answered = asking.season(season) and asking.results(season)
        if not is_answered:
            unanswered.append(season)
        for row in _coming(season):
            asking.coming(season, row.number, row.event_id)
        # The second source has no folder of a season before its year: it answers as if it refused.
        is_confirmed = season <= clock.now().year and asking.second(season, _current(season))
        with transaction(statement_timeout_ms=STORING_MS, lock_timeout_ms=WAITING_MS) as connection:
            boards.take_turn(connection)
            # A source that is silent has not said that there is no result.
            if is_answered and is_confirmed:
                cancel_lapsed(connection, season, clock.now())
            close_season(connection, season, clock.now())
    due = take_due_together(COLLECT_F1, lambda works: _do(asking, works))
    report = {"runs": asking.reports, "due": due}
    logger().info("races collected", extra={"report": report})
    if unanswered:
        raise IngestionFailed(f"the first source has not answered about {', '.join(map(str, unanswered))}")
    return report


def collect_due() -> dict[str, Any]:
    """Ask about the sessions that are due."""
    sources = race_sources()
    if sources is None:
        return {"runs": [], "due": {}}
    asking = Asking(sources, time.monotonic() + ASKING_SECONDS)
    due = take_due_together(COLLECT_F1, lambda works: _do(asking, works))
    return {"runs": asking.reports, "due": due}


def _do(asking: Asking, works: Sequence[Due]) -> Mapping[str, datetime | None]:
    """Ask about sessions that are due, those of one event together, and ask for second opinions.

    Returns when each is due again: see agenda.take_due_together.
    """
    done: dict[str, datetime | None] = {}
    for season in sorted({int(work.payload["season"]) for work in works}):
        keys = {work.key for work in works if int(work.payload["season"]) == season}
        done |= _sessions(asking, season, {key: at for key in keys if (at := session_of(key)) is not None})
        if second_key(season) in keys:
            is_read = asking.second(season, _current(season))
            with transaction() as connection:
                waiting = results.unconfirmed(connection, SPORT, season)
            again = second_again(clock.now(), race_hour())
            done[second_key(season)] = again if waiting or not is_read else None
    return done


def _sessions(asking: Asking, season: int, keys: Mapping[str, tuple[int, str]]) -> dict[str, datetime | None]:
    followed = {(row.event_id, row.session): row for row in _followed(season)}
    by_event: defaultdict[int, set[str]] = defaultdict(set)
    done: dict[str, datetime | None] = {}
    for key, at in keys.items():
        if at in followed:
            by_event[at[0]].add(key)
        else:
            done[key] = None  # the session has left the schedule
    for event_id, wanted in by_event.items():
        begun = [row for row in followed.values() if row.event_id == event_id and row.starts_at <= clock.now()]
        if begun:
            allowed_at = asking.allowed_at(JOLPICA, len(begun))
            if allowed_at > clock.now() or not asking.has_time:
                # Nothing has failed: the question waits for the source's hour, or for the next invocation.
                done |= dict.fromkeys(wanted, allowed_at)
                continue
            if not asking.event(season, begun[0].number, _kinds(begun)):
                continue
        done |= _asked_again(season, {key: keys[key] for key in wanted}, begun)
    return done


def _asked_again(
    season: int, wanted: Mapping[str, tuple[int, str]], answered: Sequence[FollowedRow]
) -> dict[str, datetime | None]:
    """Return when sessions are due again, by key, after the sessions of their event that have begun were answered.

    Puts off questions about those that were answered beside the ones that were due, and the one to the second source.
    So the sessions of a weekend share their requests, however far apart they ended, and both sources an alarm. Leaves
    alone what is being done.
    """
    now = clock.now()
    with transaction() as connection:
        rows = _followed_by(connection, season)
        after = {(row.event_id, row.session): next_at(row, now) for row in rows}
        put_off = {
            session_key(*at): again
            for row in answered
            if (again := after.get(at := (row.event_id, row.session))) is not None
        }
        if put_off:
            put_off[second_key(season)] = min(put_off.values())
        # By key, as all lock works: most are due again at the same time.
        for again, keys in groupby(sorted(put_off), key=put_off.__getitem__):
            agenda.delay(connection, COLLECT_F1, list(keys), again)
    return {key: after.get(at) for key, at in wanted.items()}


def _kinds(rows: Sequence[FollowedRow]) -> list[Kind]:
    return [cast("Kind", row.session) for row in rows]


def _followed(season: int) -> list[FollowedRow]:
    with transaction() as connection:
        return _followed_by(connection, season)


def _followed_by(connection: Connection, season: int) -> list[FollowedRow]:
    return results.followed_sessions(connection, SPORT, season, jolpica.NAME, clock.now() + timedelta(days=1))


def _coming(season: int) -> list[FollowedRow]:
    """Return the next race, if it is within the days ahead that are planned."""
    at = clock.now()
    with transaction() as connection:
        rows = results.followed_sessions(connection, SPORT, season, jolpica.NAME, at + PLANNED_AHEAD)
    return [row for row in rows if row.session == "race" and row.starts_at > at][:1]


def _current(season: int) -> int:
    """Return the round of the latest event that has begun; 1 before the first."""
    begun = [row.number for row in _followed(season) if row.starts_at <= clock.now()]
    return max(begun, default=1)
