"""The state of a race, and how long an answer about it stays fresh. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

type ResultStanding = Literal["awaited", "provisional", "official", "amended"]
type ResultState = Literal["awaited", "provisional", "official", "amended", "review", "frozen", "void"]
"""The states of results, under the names that the API's document gives them."""
type RaceState = Literal["scheduled", "running", "provisional", "review", "official", "frozen", "void"]

SPORT = "formula_one"
"""The sport whose events are called races, and whose contestants drivers."""

type Lock = Literal["first_competitive", "qualifying", "race"]
LOCKS: tuple[Lock, ...] = ("first_competitive", "qualifying", "race")
"""The settings by which leagues lock their drafts."""

_SETTLED_SECONDS, _OFFICIAL_SECONDS, _COMING_SECONDS, _MOVING_SECONDS = 14_400, 300, 60, 30


def session_state(
    standing: ResultStanding | None, *, is_void: bool, is_frozen: bool, is_in_review: bool
) -> ResultState:
    """Return the state of a session's result. standing: None if nobody has been asked about it yet."""
    if is_void:
        return "void"
    if is_frozen:
        return "frozen"
    return "review" if is_in_review else standing or "awaited"


def race_state(sessions: Sequence[ResultState], *, is_void: bool) -> RaceState:
    """Return the state of a race by those of its sessions that score."""
    states = set(sessions) - {"void"}
    if is_void or (sessions and not states):
        return "void"
    if "review" in states:
        return "review"
    if states <= {"awaited"}:
        return "scheduled"
    if "awaited" in states:
        return "running"
    if "provisional" in states:
        return "provisional"
    return "frozen" if states == {"frozen"} else "official"


def fresh_seconds(states: Iterable[RaceState]) -> int:
    """Return for how many seconds an answer about races stays fresh: as long as what changes soonest."""
    return min(map(_seconds, states), default=_COMING_SECONDS)


def _seconds(state: RaceState) -> int:
    match state:
        case "frozen":
            return _SETTLED_SECONDS
        case "official" | "void":
            return _OFFICIAL_SECONDS
        case "scheduled":
            return _COMING_SECONDS
        case "running" | "provisional" | "review":
            return _MOVING_SECONDS


@dataclass(frozen=True, slots=True)
class Ranked:
    """A contestant's place by points. Equal points are an equal rank: 1, 1, 3."""

    contestant: int
    points: Decimal
    rank: int
    is_tied: bool


def ranked(points: Mapping[int, Decimal]) -> list[Ranked]:
    """Return contestants by their points, the most first; equal ones by id."""
    sums = list(points.values())
    return [
        Ranked(contestant, total, 1 + sum(other > total for other in sums), sums.count(total) > 1)
        for contestant, total in sorted(points.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
