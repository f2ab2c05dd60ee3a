"""Eleven invented teams with two drivers each, and invented circuits: the stand-in season's people and places.

What happens to them follows from the number of a weekend alone. Nothing has to be stored to know an earlier result.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from local.formula_one.season import Circuit, Driver, Entry, Finish, Kind, Lap, Mark, Qualified, Source, Standing, Team

RACE_POINTS = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1)
SPRINT_POINTS = (8, 7, 6, 5, 4, 3, 2, 1)
RACE_LAPS, SPRINT_LAPS = 52, 17
RETIRES = 0.07
"""Chance of a car to retire from a race."""
OUT_IN_Q1, OUT_IN_Q2 = 16, 10
"""How many of the 22 cars go on to the second part of qualifying, and to the third."""
_ORDINALS = ("", " II", " III", " IV", " V", " VI", " VII", " VIII", " IX", " X")

_TEAMS: tuple[tuple[str, tuple[tuple[str, str, int], tuple[str, str, int]]], ...] = (
    ("Aurelia", (("Teo", "Varga", 3), ("Mika", "Halloran", 31))),
    ("Blackfen", (("Ines", "Kovarik", 7), ("Jonah", "Pell", 17))),
    ("Cobalt", (("Rafe", "Okonedo", 9), ("Lise", "Brandvold", 19))),
    ("Dunmore", (("Silvan", "Ashgrove", 12), ("Petra", "Lindqvist", 21))),
    ("Estrela", (("Caio", "Montalvo", 24), ("Nuno", "Ferraz", 25))),
    ("Fenwick", (("Aldo", "Quarrie", 28), ("Kit", "Marlowe", 29))),
    ("Grisedale", (("Yuna", "Tachi", 32), ("Emil", "Stranger", 35))),
    ("Halcyon", (("Noor", "Jessup", 36), ("Bram", "Dekkers", 38))),
    ("Ironwood", (("Sasha", "Ilyin", 41), ("Otto", "Vesterby", 42))),
    ("Juniper", (("Maren", "Colt", 45), ("Luc", "Desrosiers", 46))),
    ("Kestrel", (("Finn", "Oyelaran", 51), ("Aria", "Thackeray", 52))),
)
_CIRCUITS = (
    ("Harbour Ring", "Port Ellery"),
    ("Salt Flats", "Dry Lake"),
    ("Castle Hill", "Old Morden"),
    ("Riverside Park", "Tamworth Ford"),
    ("High Pass", "Sankt Alban"),
    ("Lagoon Street", "Vila Serena"),
    ("Pine Forest", "Karlsby"),
    ("Dockside", "Newhaven Quay"),
    ("Desert Oval", "Al Qasr"),
    ("Lighthouse Point", "Cape Merrow"),
)


@dataclass(frozen=True, slots=True)
class Played:
    """What a weekend comes to: the rows of each session."""

    qualifying: Sequence[Qualified]
    sprint: Sequence[Finish]
    race: Sequence[Finish]


@cache
def entries() -> tuple[Entry, ...]:
    """Return who drives, by team."""
    return tuple(
        Entry(
            Driver(
                ids={"jolpica": family.lower(), "f1db": f"{given}-{family}".lower()},
                number=number,
                code=family[:3].upper(),
                given_name=given,
                family_name=family,
            ),
            Team(ids={"jolpica": name.lower(), "f1db": name.lower()}, name=name),
            number,
        )
        for name, drivers in _TEAMS
        for given, family, number in drivers
    )


def circuit(number: int) -> Circuit:
    """Return where a weekend takes place. Each time round, the circuits have another layout, with an id of its own."""
    lap, place = divmod(number, len(_CIRCUITS))
    name, locality = _CIRCUITS[place]
    # Both sources have one id: with several races a day they would not be told apart by the date.
    reference = f"{name.lower().replace(' ', '-')}{f'-{lap + 1}' if lap else ''}"
    ids: Mapping[Source, str] = {"jolpica": reference, "f1db": reference}
    suffix = _ORDINALS[lap] if lap < len(_ORDINALS) else f" {lap + 1}"
    return Circuit(ids=ids, name=f"{name}{suffix}", locality=locality, country="Nowhere")


def last_year() -> tuple[Standing, ...]:
    """Return the final standings of the year before: the better a driver, the more points."""
    ordered = sorted(entries(), key=lambda entry: -_skills()[entry.number])
    return tuple(
        Standing(entry.driver, (entry.team,), place, Decimal(max(0, 460 - 22 * place)), wins=1 if place == 1 else 0)
        for place, entry in enumerate(ordered, start=1)
    )


def played(number: int) -> Played:
    """Return the results of a weekend."""
    chance = random.Random(f"weekend {number}")  # noqa: S311 - a game of chance, not a secret
    order = _drawn(entries(), chance, 1.0)
    qualifying = [_qualified(entry, place, chance) for place, entry in enumerate(order, start=1)]
    sprint = _finished(_drawn(order, chance, 0.5), order, "sprint", SPRINT_LAPS, chance)
    race = _finished(_drawn(order, chance, 1.4), order, "race", RACE_LAPS, chance)
    return Played(qualifying, sprint, race)


def without(rows: Sequence[Finish], place: int) -> tuple[Finish, ...]:
    """Return a result from which the car at a place has been disqualified: whoever was behind it moves up."""
    kept = [row for row in rows if row.place != place]
    [out] = [row for row in rows if row.place == place]
    return _scored([*kept, replace(out, mark="D", status="Disqualified")], RACE_POINTS)


@cache
def _skills() -> Mapping[int, float]:
    """Return how good each driver is in his car, by its number. Teams differ more than the drivers of a team."""
    chance = random.Random("skills")  # noqa: S311 - a game of chance, not a secret
    return {entry.number: chance.gauss(-0.6 * (place // 2), 0.8) for place, entry in enumerate(entries())}


def _drawn(order: Sequence[Entry], chance: random.Random, spread: float) -> list[Entry]:
    """Return an order that skill and luck decide."""
    drawn = {entry.number: _skills()[entry.number] + chance.gauss(0, spread) for entry in order}
    return sorted(order, key=lambda entry: -drawn[entry.number])


def _qualified(entry: Entry, place: int, chance: random.Random) -> Qualified:
    best = 81.0 + 0.11 * place + chance.uniform(0, 0.05)
    parts = 3 if place <= OUT_IN_Q2 else 2 if place <= OUT_IN_Q1 else 1
    times = [_lap_time(best + 0.5 * (parts - 1 - part)) if part < parts else None for part in range(3)]
    return Qualified(entry=entry, place=place, times=tuple(times))


def _finished(
    order: Sequence[Entry], grid: Sequence[Entry], kind: Kind, laps: int, chance: random.Random
) -> tuple[Finish, ...]:
    """Return a result. Who retires is listed last, the one who came farthest first of them."""
    retired = [entry for entry in order if chance.random() < RETIRES] if kind == "race" else []
    out = sorted(((chance.randint(1, laps - 1), entry) for entry in retired), key=lambda each: -each[0])
    best = {entry.number: 84.0 + 0.07 * place + chance.uniform(0, 0.9) for place, entry in enumerate(order)}
    ranks = {number: rank for rank, number in enumerate(sorted(best, key=best.__getitem__), start=1)}
    places = {entry.number: place for place, entry in enumerate(grid, start=1)}

    def row(entry: Entry, done: int, mark: Mark | None) -> Finish:
        return Finish(
            entry=entry,
            place=0,
            mark=mark,
            points=Decimal(),
            grid=places[entry.number],
            laps=done,
            status="Finished" if mark is None else "Retired",
            best=Lap(_lap_time(best[entry.number]), max(1, done - 3), ranks[entry.number] if kind == "race" else None),
        )

    ran = [row(entry, laps, None) for entry in order if entry not in retired]
    return _scored(
        [*ran, *(row(entry, done, "R") for done, entry in out)], RACE_POINTS if kind == "race" else SPRINT_POINTS
    )


def _scored(rows: Sequence[Finish], points: Sequence[int]) -> tuple[Finish, ...]:
    """Return rows in their order, with places and the points of those who are classified."""
    return tuple(
        replace(
            row,
            place=place,
            points=Decimal(points[place - 1] if row.mark is None and place <= len(points) else 0),
        )
        for place, row in enumerate(rows, start=1)
    )


def _lap_time(seconds: float) -> str:
    whole = round(seconds * 1000)
    minutes, rest = divmod(whole, 60_000)
    return f"{minutes}:{rest // 1000:02}.{rest % 1000:03}"
