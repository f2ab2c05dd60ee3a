"""Puts on the agenda when sources are asked about sessions."""

from datetime import datetime
from typing import cast

from pickvs.agenda import service as agenda
from pickvs.agenda.rules import Work
from pickvs.core.database import Connection
from pickvs.fantasy.collecting.config import race_hour
from pickvs.fantasy.collecting.rules import COLLECT_F1, PLANNED_AHEAD, second_again, second_key, session_key
from pickvs.fantasy.events.formula_one.providers import jolpica
from pickvs.fantasy.events.formula_one.recording import SPORT
from pickvs.fantasy.events.formula_one.schedule.rules import Part, ask_at
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.results.queries import FollowedRow


def plan(connection: Connection, season: int, at: datetime) -> None:
    """Put the questions about a season's sessions on the agenda, in the caller's transaction.

    A session that has moved is asked about at its new time. What has begun is put off by whoever asks.
    """
    works = [
        Work(COLLECT_F1, session_key(row.event_id, row.session), due_at, {"season": season})
        for row in results.followed_sessions(connection, SPORT, season, jolpica.NAME, at + PLANNED_AHEAD)
        if row.starts_at > at and (due_at := next_at(row, at)) is not None
    ]
    agenda.put_all(connection, works)
    waiting = results.unconfirmed(connection, SPORT, season)
    key = second_key(season)
    if waiting and not agenda.waiting(connection, [COLLECT_F1], [key]):
        agenda.put(connection, COLLECT_F1, key, second_again(at, race_hour()), {"season": season})


def next_at(row: FollowedRow, at: datetime) -> datetime | None:
    """Return when a source is asked about a session next. None: the daily round is enough."""
    return ask_at(cast("Part", row.session), row.starts_at, at, row.complete_since, hour=race_hour())
