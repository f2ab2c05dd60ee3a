"""Settings of a league, its life, and how many constructors it holds. Pure.

A constructor is a member's team. It drafts contestants for each event of the season.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Literal, get_args
from zoneinfo import ZoneInfo

type Visibility = Literal["public", "private"]
"""Who finds a league: everybody, or those invited. A private league does not exist for others."""

type OrderBy = Literal["rotation", "reverse_standings", "standings", "random", "manual"]
"""How the order of a draft follows from what was before: see orders.order_of."""

type Method = Literal["snake", "sequential"]
"""Whether every second round runs backward."""

type LockBy = Literal["first_competitive", "qualifying", "race"]
"""The session that locks a draft. Which session that is in a sport, the sport's own room says."""

type OnExpiry = Literal["autopick", "skip"]
"""What becomes of a turn whose clock has run out. A skipped slot stays open until the lock."""

type AtLock = Literal["autopick", "empty"]
"""What becomes of slots that are open at the lock."""

type Replacement = Literal["inherit", "repick", "none"]
"""What becomes of a pick whose contestant is not entered."""

type AmendUntil = Literal["next_lock", "season_end"]
"""Until when a changed result changes points."""

type Shortened = Literal["full", "official_factor"]
"""How an event that was cut short scores."""

type Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

type State = Literal["forming", "running", "finished", "archived", "cancelled"]
"""The life of a league.

forming: before its start. running: it drafts. finished: its season is over, and its board final. archived: nobody looks
after it any more; whoever could read it still can. cancelled: before its start, and nobody sees it.
"""

NAME_LENGTHS = range(3, 61)
DESCRIPTION_MAX = 500
CONSTRUCTORS = range(2, 51)
ROUNDS = range(1, 4)
CLOCK_SECONDS = range(60, 86_401)
MISSES = range(1, 6)
FREE_SWAPS = range(3)
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday.__value__)

LEAST_RUNNING = timedelta(hours=1)
"""Minimum time outside quiet hours on a day, so that a clock ends within a bounded number of days."""

FINISHED_AFTER = timedelta(days=7)
"""Time from the official results of the last event until the league is finished."""

ARCHIVED_AFTER = timedelta(days=90)
"""Time from the end of a league until it is archived. As long as the notice of its end is kept."""

LEAGUES_PER_USER_MAX = 50
"""Maximum number of leagues that go on in which a user is a member."""

FEWEST = 2
"""Minimum number of constructors of a draft."""


@dataclass(frozen=True, slots=True)
class WeeklyTime:
    """A time of a week on the wall clock. weekday: 0 is Monday."""

    weekday: int
    at: time


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The span of a day, on the wall clock, in which no pick clock runs. It may contain midnight."""

    begin: time
    end: time


MONDAY_MORNING = WeeklyTime(weekday=0, at=time(8))
NIGHT = QuietHours(time(23), time(8))


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a league. Sections 4 and 7 of the fantasy design say what each means.

    max_constructors: of the whole league; more than `capacity` are split into groups.
    rounds: picks of each constructor for an event.
    clock_seconds: the time for a pick, outside quiet hours. None: a turn lasts until the lock.
    auto_after_misses: expired turns in a row after which a constructor is put on autopick. None: never.
    free_swaps: picks that a constructor may exchange before the lock of an event.
    table: name and version of a scoring table.
    """

    name: str
    description: str = ""
    visibility: Visibility = "private"
    max_constructors: int = 10
    rounds: int = 2
    order: OrderBy = "rotation"
    method: Method = "snake"
    timezone: str = "America/New_York"
    opens: WeeklyTime = MONDAY_MORNING
    lock: LockBy = "first_competitive"
    clock_seconds: int | None = 7200
    quiet: QuietHours | None = NIGHT
    on_expiry: OnExpiry = "autopick"
    at_lock: AtLock = "autopick"
    auto_after_misses: int | None = 2
    replacement: Replacement = "inherit"
    free_swaps: int = 0
    table: str = "weekend@1"
    amend_until: AmendUntil = "season_end"
    shortened: Shortened = "full"


NEVER_FROZEN = frozenset({"name", "description", "visibility"})
"""Settings that may be changed in a running league. All others are frozen at its start."""

CHANGEABLE: frozenset[State] = frozenset({"forming", "running"})
"""States in which anything may be changed."""

NEXT: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        "forming": frozenset({"running", "cancelled"}),
        "running": frozenset({"finished"}),
        "finished": frozenset({"archived"}),
        "archived": frozenset(),
        "cancelled": frozenset(),
    }
)
"""The states that may follow each."""

_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "visibility": get_args(Visibility.__value__),
        "order": get_args(OrderBy.__value__),
        "method": get_args(Method.__value__),
        "lock": get_args(LockBy.__value__),
        "on_expiry": get_args(OnExpiry.__value__),
        "at_lock": get_args(AtLock.__value__),
        "replacement": get_args(Replacement.__value__),
        "amend_until": get_args(AmendUntil.__value__),
        "shortened": get_args(Shortened.__value__),
    }
)
_RANGES: Mapping[str, range] = MappingProxyType(
    {"max_constructors": CONSTRUCTORS, "rounds": ROUNDS, "free_swaps": FREE_SWAPS}
)
_OPTIONAL_RANGES: Mapping[str, range] = MappingProxyType({"clock_seconds": CLOCK_SECONDS, "auto_after_misses": MISSES})


def faults(settings: Settings) -> dict[str, str]:
    """Return what is wrong with settings: for each that is not allowed a sentence, such as `must be 1 to 3`."""
    found = {
        name: f"must be one of: {', '.join(choices)}"
        for name, choices in _CHOICES.items()
        if getattr(settings, name) not in choices
    }
    found |= {
        name: f"must be {_words(allowed)}"
        for name, allowed in _RANGES.items()
        if getattr(settings, name) not in allowed
    }
    for name, allowed in _OPTIONAL_RANGES.items():
        value = getattr(settings, name)
        if value is not None and value not in allowed:
            found[name] = f"must be {_words(allowed)}, or null"
    if len(settings.name.strip()) not in NAME_LENGTHS:
        found["name"] = f"must have {_words(NAME_LENGTHS)} characters"
    if len(settings.description) > DESCRIPTION_MAX:
        found["description"] = f"must have at most {DESCRIPTION_MAX} characters"
    if settings.opens.weekday not in range(len(WEEKDAYS)):
        found["opens"] = "must have a weekday from 0, Monday, to 6"
    if not _is_zone(settings.timezone):
        found["timezone"] = "must be a time zone's name, such as America/New_York"
    if settings.quiet is not None and _running_daily(settings.quiet) < LEAST_RUNNING:
        found["quiet"] = "must begin and end at different times, and leave at least one hour of the day"
    return found


def frozen_changes(known: Settings, wanted: Settings, state: State) -> list[str]:
    """Return the names of settings that differ and may not be changed in this state of the league."""
    changed = [each.name for each in fields(Settings) if getattr(known, each.name) != getattr(wanted, each.name)]
    if state == "forming":
        return []
    return [name for name in changed if state not in CHANGEABLE or name not in NEVER_FROZEN]


def capacity(pool: int, rounds: int) -> int:
    """Return the maximum number of constructors of one draft: each gets `rounds` contestants of a pool of this size."""
    return pool // rounds


def may_start(constructors: int) -> bool:
    """Return whether a league of this many constructors may start."""
    return constructors >= FEWEST


def finished_at(last_official_at: datetime) -> datetime:
    """Return when a league is finished. last_official_at: when the last event's results became official."""
    return last_official_at + FINISHED_AFTER


def _words(allowed: range) -> str:
    return f"{allowed.start} to {allowed.stop - 1}"


def _is_zone(name: str) -> bool:
    # ZoneInfo raises an OSError for the name of a folder, such as America, and a ValueError for a path.
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _running_daily(quiet: QuietHours) -> timedelta:
    """Return the time outside quiet hours on a day of 24 hours. Zero if they begin when they end."""
    begin, end = (timedelta(hours=at.hour, minutes=at.minute, seconds=at.second) for at in (quiet.begin, quiet.end))
    return (begin - end) % timedelta(days=1)
