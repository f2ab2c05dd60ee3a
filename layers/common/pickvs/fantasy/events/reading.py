"""Events, their pools and contestants, for other rooms, in their transaction."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pickvs.core.database import Connection
from pickvs.fantasy.events import queries
from pickvs.fantasy.events.queries import ContestantRow, EventRow, PoolRow, SessionRow
from pickvs.fantasy.events.schedules.rules import lock_at


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its sessions, in the order of time; those without one come last.

    day: of the last session, in UTC. is_void: it was cancelled, and gives no points. is_held: its schedule is under
    review, so that no window and no lock follows from it.
    """

    id: int
    sport: str
    season: int
    name: str
    day: date
    is_void: bool
    is_held: bool
    sessions: tuple[SessionRow, ...]

    def lock_at(self, lock: str) -> datetime | None:
        """Return when drafts with this setting of their league are locked.

        None while the schedule does not say: a session that locks has no time yet, or the event is held back.
        """
        return None if self.is_held else lock_at(self.sessions, lock)


def event_of(connection: Connection, event_id: int) -> Event | None:
    """Return an event, or None if there is none with this id."""
    return next(iter(events_of(connection, [event_id])), None)


def events_of(connection: Connection, ids: Collection[int]) -> list[Event]:
    """Return the events with these ids, by day."""
    return _with_sessions(connection, queries.events(connection, ids))


def season_of(connection: Connection, sport: str, season: int) -> list[Event]:
    """Return the events of a season, by day."""
    return _with_sessions(connection, queries.events_of_season(connection, sport, season))


def seasons(connection: Connection, sport: str) -> list[int]:
    """Return the seasons of a sport that have events, in their order."""
    return queries.seasons(connection, sport)


def last_season_run(connection: Connection, sport: str) -> int | None:
    """Return the last season of a sport in which a session has a result. None if there is none."""
    return queries.last_season_run(connection, sport)


def pool_of(connection: Connection, event_id: int) -> list[PoolRow]:
    """Return who is entered in an event, the best ranked first, those who are withdrawn included."""
    return queries.pool(connection, [event_id])


def contestants_of(connection: Connection, ids: Iterable[int]) -> Mapping[int, ContestantRow]:
    """Return contestants by id. An id that nobody has is left out."""
    return {row.id: row for row in queries.contestants(connection, sorted(set(ids)))}


def _with_sessions(connection: Connection, rows: list[EventRow]) -> list[Event]:
    sessions: dict[int, list[SessionRow]] = {row.id: [] for row in rows}
    for session in queries.sessions(connection, list(sessions)):
        sessions[session.event_id].append(session)
    return [
        Event(
            *(row.id, row.sport, row.season, row.name, row.day, row.is_void, row.is_held),
            sessions=tuple(sessions[row.id]),
        )
        for row in rows
    ]


def venue_at(connection: Connection, sport: str, at: datetime, *, source: str, apart: timedelta) -> str | None:
    """Return where an event has a session near a time, by a source's name of the place. None if it is not known.

    apart: how far the session's start may be from the time.
    """
    return queries.venue_at(connection, sport, at, source=source, apart=apart)
