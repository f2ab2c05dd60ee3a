"""The sessions of a race weekend: their order, which lock, and when a source is asked about them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Literal, get_args

from pickvs.fantasy.events.schedules.rules import Scheduled, ScheduledSession

type Part = Literal["practice_1", "practice_2", "practice_3", "sprint_qualifying", "sprint", "qualifying", "race"]
"""A session of a weekend, whether it scores or not."""
_LOCKS: Mapping[Part, tuple[str, ...]] = MappingProxyType(
    {
        "sprint_qualifying": ("first_competitive",),
        "sprint": ("first_competitive",),
        "qualifying": ("first_competitive", "qualifying"),
        "race": ("race",),
    }
)
"""The settings of a league by which a session locks its drafts."""
_ORDERED: tuple[tuple[Part, Part], ...] = (
    ("practice_1", "practice_2"),
    ("practice_2", "practice_3"),
    ("practice_1", "qualifying"),
    ("practice_1", "sprint_qualifying"),
    ("practice_3", "qualifying"),
    ("sprint_qualifying", "sprint"),
    ("qualifying", "race"),
    ("sprint", "race"),
)
"""Pairs of which the first is always run before the second. The rest differs between formats and seasons."""
HOUR = timedelta(hours=1)
"""What an hour of a race weekend takes, where nobody plays weekends in minutes."""
_LEAST, _MOST = timedelta(hours=18), timedelta(hours=30)
"""How long before a race its qualifying starts, on a weekend without a sprint. Seen from 2022 to 2024: 21 to 24 h."""
_FIRST_ASKED: Mapping[Part, timedelta] = MappingProxyType(
    {"qualifying": timedelta(minutes=75), "sprint": timedelta(minutes=75), "race": timedelta(hours=2, minutes=30)}
)
"""How long after its start a session is asked about, at the earliest."""
_AGAIN, _AFTERWARDS = timedelta(minutes=15), timedelta(hours=1)
_FOLLOWED = timedelta(hours=48)
"""How long a session is followed: after its first complete answer, or without one after its start."""
_LONGEST = timedelta(days=4)
"""How long a weekend lasts at most, from its first session to the race."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekend:
    """A race weekend in a source's schedule.

    circuit: the source's id. race_day: in UTC. starts: of the sessions whose time is told, in UTC. has_sprint: whether
    the source lists a sprint, with or without a time. is_cancelled: whether the source says so.
    """

    season: int
    circuit: str
    name: str
    race_day: date
    starts: Mapping[Part, datetime]
    has_sprint: bool
    is_cancelled: bool = False


def scheduled(weekend: Weekend, revision: str | None = None, *, hour: timedelta = HOUR) -> Scheduled:
    """Return a weekend as an event in a schedule. hour: what an hour of a weekend takes.

    Qualifying, sprint and race are listed without a time too: one that is not told might be the earliest. Sprint
    qualifying decides the grid of the sprint, so it locks as well; it has no results that score.
    """
    listed: tuple[Part, ...] = (*weekend.starts, "qualifying", "race", *(("sprint",) if weekend.has_sprint else ()))
    return Scheduled(
        season=weekend.season,
        venue=weekend.circuit,
        name=weekend.name,
        day=weekend.race_day,
        sessions=tuple(
            ScheduledSession(part, weekend.starts.get(part), scores=part in _FIRST_ASKED, locks=_LOCKS.get(part, ()))
            for part in get_args(Part.__value__)
            if part in listed
        ),
        doubts=doubts(weekend, hour),
        is_cancelled=weekend.is_cancelled,
        revision=revision,
    )


def ask_at(
    part: Part, start: datetime, now: datetime, complete_since: datetime | None, *, hour: timedelta = HOUR
) -> datetime | None:
    """Return when a source is asked about a session next, or None: then the daily sweep of the season is enough.

    complete_since: when its first complete answer came. Every quarter of an hour until then, every hour for two days
    afterwards. hour: what an hour of a weekend takes. Raises KeyError for a session that does not score.
    """
    pace = hour / HOUR
    first = start + pace * _FIRST_ASKED[part]
    if now < first:
        return first
    if now >= (complete_since or start) + pace * _FOLLOWED:
        return None
    return now + pace * (_AGAIN if complete_since is None else _AFTERWARDS)


def doubts(weekend: Weekend, hour: timedelta = HOUR) -> tuple[str, ...]:
    """Return why the schedule of a weekend must not be believed, each in a sentence. Empty: it may be.

    hour: what an hour of a weekend takes.
    """
    starts = weekend.starts
    found = [
        f"{_words(former)} is not before {_words(latter)}."
        for former, latter in _ORDERED
        if former in starts and latter in starts and starts[former] >= starts[latter]
    ]
    race, qualifying = starts.get("race"), starts.get("qualifying")
    if race is not None and race.date() != weekend.race_day:
        found.append(f"The race starts on {race:%Y-%m-%d}, and its date is {weekend.race_day}.")
    if race is not None and any(race - start > _LONGEST for start in starts.values()):
        found.append("A session is more than four days before the race.")
    if race is not None and qualifying is not None and not weekend.has_sprint:
        hours = (race - qualifying) / hour
        if not _LEAST <= hours * HOUR <= _MOST:
            found.append(f"Qualifying is {hours:g} hours before the race; without a sprint it is 18 to 30.")
    return tuple(found)


def _words(part: Part) -> str:
    return part.replace("_", " ").capitalize()
