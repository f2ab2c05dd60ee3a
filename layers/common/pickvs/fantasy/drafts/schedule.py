"""When the drafts of a league's events open and are locked."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pickvs.core.database import Connection
from pickvs.fantasy.drafts.windows import opening
from pickvs.fantasy.events import reading as events
from pickvs.fantasy.events.reading import Event
from pickvs.fantasy.leagues.queries import LeagueRow


@dataclass(frozen=True, slots=True)
class Window:
    """The window of an event's drafts. Both times are None while no lock follows from the schedule."""

    event: Event
    opens_at: datetime | None
    lock_at: datetime | None


def windows_of(connection: Connection, league: LeagueRow) -> list[Window]:
    """Return the windows of a league's season: those that are known in the order of their locks, then the others.

    A window begins when the draft of the event before is locked, at the earliest. A void event is no such event.
    """
    found = events.season_of(connection, league.sport, league.season)
    zone, opens = ZoneInfo(league.timezone), league.settings.opens
    locks = {each.id: each.lock_at(league.lock_by) for each in found if not each.is_void}
    windows = []
    for event in found:
        lock_at = locks.get(event.id)
        if lock_at is None:
            windows.append(Window(event, None, None))
            continue
        previous = max((lock for lock in locks.values() if lock is not None and lock < lock_at), default=None)
        windows.append(Window(event, opening(lock_at, opens, zone, previous), lock_at))
    known = [each for each in windows if each.lock_at is not None]
    unknown = [each for each in windows if each.lock_at is None]
    return sorted(known, key=lambda each: (each.lock_at, each.event.id)) + unknown


def window_of(connection: Connection, league: LeagueRow, event_id: int) -> Window | None:
    """Return the window of one event of a league's season. None if the season has no such event."""
    return next((each for each in windows_of(connection, league) if each.event.id == event_id), None)


def next_window(connection: Connection, league: LeagueRow, now: datetime) -> Window | None:
    """Return the window that is open or opens next: the first whose lock lies ahead. None if none is known."""
    return next(
        (each for each in windows_of(connection, league) if each.lock_at is not None and each.lock_at > now), None
    )
