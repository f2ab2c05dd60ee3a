"""Which event a source means, and what follows from its schedule. Pure.

An event is known by season, venue and date. Its round is no identity: an event that is cancelled renumbers the rest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

NEAR = timedelta(days=3)
"""How far an event's date may move, and be the same event. No two events of a season are nearer."""

LAPSED = timedelta(hours=48)
"""Time after which an event without any result counts as cancelled, if no source has one."""


class Locking(Protocol):
    """A session with the settings of a league by which it locks. starts_at: None if no time is told."""

    @property
    def starts_at(self) -> datetime | None: ...  # noqa: D102 - said above

    @property
    def locks(self) -> Sequence[str]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class ScheduledSession:
    """A session in a schedule. starts_at: None if no time is told. locks: settings of a league by which it locks."""

    name: str
    starts_at: datetime | None
    scores: bool
    locks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """An event in a source's schedule.

    venue: the source's id. day: of the last session, in UTC. doubts: why the times must not be believed. is_cancelled:
    whether the source says so. revision: of the source's record, where it numbers them.
    """

    season: int
    venue: str
    name: str
    day: date
    sessions: tuple[ScheduledSession, ...]
    doubts: tuple[str, ...] = ()
    is_cancelled: bool = False
    revision: str | None = None

    @property
    def starts(self) -> Mapping[str, datetime | None]:
        """The starts of the sessions by name."""
        return {each.name: each.starts_at for each in self.sessions}


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event that we have. venues: its venue's ids by source."""

    id: int
    season: int
    day: date
    venues: Mapping[str, str]


def event_of(events: Iterable[KnownEvent], source: str, season: int, venue: str, day: date) -> int | None:
    """Return the event that a source means, or None if we have none such.

    A venue that is known by another id of this source is another event, whatever its date. A venue whose id we do not
    have yet is known by the date, because no two events of a season are within three days of each other; where there
    are such, by the id if another source has the same.
    """
    near = [
        event
        for event in events
        if event.season == season and abs(event.day - day) <= NEAR and event.venues.get(source, venue) == venue
    ]
    exact = [event for event in near if event.venues.get(source) == venue]
    named = [event for event in near if venue in event.venues.values()]
    found = exact or (near if len(near) == 1 else named)
    return found[0].id if len(found) == 1 else None


def lock_at(sessions: Iterable[Locking], lock: str) -> datetime | None:
    """Return when drafts with this setting of their league are locked: when the earliest session starts that locks.

    None if one of these sessions has no time yet: it might be the earliest.
    """
    starts = [each.starts_at for each in sessions if lock in each.locks]
    known = [start for start in starts if start is not None]
    return min(known) if known and len(known) == len(starts) else None


def has_lapsed(day: date, last_start: datetime | None, now: datetime) -> bool:
    """Whether an event without a result in any source counts as cancelled by itself.

    last_start: of its last session; without a time it was due at the end of its day, in UTC.
    """
    return now >= (last_start or datetime.combine(day, time.max, UTC)) + LAPSED
