"""The official points and standings of Formula 1 since 2018, by the sporting regulations of each season. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pickvs.fantasy.events.formula_one.rules import FASTEST_LAP, Kind
from pickvs.fantasy.events.rules import CLASSIFIED, Fact

RACE = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1)
_SPRINT_2021 = (3, 2, 1)
_SPRINT = (8, 7, 6, 5, 4, 3, 2, 1)
_FASTEST_LAP_SEASONS = range(2019, 2025)
_FASTEST_LAP_WITHIN = 10
_FIRST_SPRINTS = 2021


def table(season: int, kind: Kind) -> tuple[int, ...]:
    """Return the points of the places of a session, from the first. Empty for a qualifying."""
    if kind == "qualifying":
        return ()
    if kind == "race":
        return RACE
    return _SPRINT_2021 if season == _FIRST_SPRINTS else _SPRINT


def official_points(season: int, kind: Kind, position: int | None, *, is_fastest: bool) -> Decimal:
    """Return what a place is worth by the sport's own table; 0 for whoever is not classified (None).

    is_fastest: the fastest lap gave a point from 2019 to 2024, in a race, to one of the first ten.
    """
    places = table(season, kind)
    points = places[position - 1] if position is not None and position <= len(places) else 0
    return Decimal(points + (may_have_extra(season, kind, position) and is_fastest))


def may_have_extra(season: int, kind: Kind, position: int | None) -> bool:
    """Whether the fastest lap gives a point to this place."""
    counts = season in _FASTEST_LAP_SEASONS and kind == "race"
    return counts and position is not None and position <= _FASTEST_LAP_WITHIN


def official_share(season: int, kind: Kind, facts: Sequence[Fact]) -> Fraction | None:
    """Return the share of its points that a shortened session gave: 1 for a full one, 1/2 for Belgium in 2021.

    None if the official points are no common share of the table's: then nothing can be said.
    """
    shares: set[Fraction] = set()
    for fact in facts:
        full = official_points(season, kind, fact.position, is_fastest=FASTEST_LAP in fact.flags)
        given = fact.official_points
        if given is None or (full == 0 and given != 0):
            return None
        if full != 0:
            shares.add(Fraction(given) / Fraction(full))
    return shares.pop() if len(shares) == 1 else None


@dataclass(frozen=True, slots=True)
class Place:
    """A driver's place in the official standings. position: the same for those whom nothing separates."""

    contestant: int
    points: Decimal
    position: int


def standings(sessions: Iterable[tuple[Kind, Sequence[Fact]]]) -> tuple[Place, ...]:
    """Return the standings after these sessions, in their order: by points, then by countback.

    Countback: more first places in races, then more second ones, and so on. Sprints give points, and no places in it.
    A driver without a session is in no standings.
    """
    points: defaultdict[int, Decimal] = defaultdict(Decimal)
    places: defaultdict[int, Counter[int]] = defaultdict(Counter)
    last = 0
    for kind, facts in sessions:
        for fact in facts if kind != "qualifying" else ():
            points[fact.contestant] += fact.official_points or 0
            if kind == "race" and fact.status == CLASSIFIED and fact.position is not None:
                places[fact.contestant][fact.position] += 1
                last = max(last, fact.position)

    def worth(contestant: int) -> tuple[Decimal, tuple[int, ...]]:
        return points[contestant], tuple(places[contestant][place] for place in range(1, last + 1))

    found: list[Place] = []
    ordered = sorted(sorted(points), key=worth, reverse=True)
    for index, contestant in enumerate(ordered):
        is_tied = index > 0 and worth(ordered[index - 1]) == worth(contestant)
        position = found[-1].position if is_tied else index + 1
        found.append(Place(contestant, points[contestant], position))
    return tuple(found)


def ranking(pool: Mapping[int, int], positions: Mapping[int, int]) -> tuple[int, ...]:
    """Return the drivers of a pool from the best to the last, as an autopick takes them.

    pool: car numbers by contestant. positions: in the official standings before the event, or of the season before for
    its first event. Drivers without a place come last, by car number.
    """
    without = max(positions.values(), default=0) + 1
    return tuple(sorted(pool, key=lambda each: (positions.get(each, without), pool[each], each)))
