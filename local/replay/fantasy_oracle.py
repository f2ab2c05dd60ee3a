"""What a season of fantasy should come to, computed from the tables alone: no code is shared with the platform.

Points follow from the rows of a race weekend by one of three tables. Orders follow from the league's published seed,
boards from who holds whom.
"""

import csv
import gzip
import hmac
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

RACE = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1)
SPRINT = (8, 7, 6, 5, 4, 3, 2, 1)
QUALIFYING = (10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
MIDFIELD = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
TABLES = ("weekend@1", "midfield@1", "standard@1")
ABSENT = ("W", "F")
"""Marks of who did not start: withdrawn, failed to qualify."""
NOTHING = ("", "\\N")

type Points = dict[str, int]
"""Points by the driver's reference."""
type Board = list[tuple[int, str, int]]
"""Rank, team and points, the best first."""


@dataclass(frozen=True, slots=True)
class Car:
    """A row of a race. seat: team."""

    driver: str
    seat: str
    number: int


class FantasyOracle:
    """A season of the tables in a folder."""

    def __init__(self, folder: Path, year: int) -> None:
        self._folder = folder.expanduser()
        self.year = year
        drivers = self._read("drivers")
        self._refs = {row["driverId"]: row["driverRef"] for row in drivers}
        self.references = {f"{row['forename']} {row['surname']}": row["driverRef"] for row in drivers}
        """Drivers' references by their full names."""
        self._teams = {row["constructorId"]: row["constructorRef"] for row in self._read("constructors")}
        self._races = self._read("races")
        self.races = self._of(year)
        self.names = {row["name"]: row["raceId"] for row in self._races_of(year)}
        """The races of the season by name, in their order."""
        self._results = _grouped(self._read("results"))
        self._sprints = _grouped(self._read("sprint_results"))
        self._qualifying = _grouped(self._read("qualifying"))
        self._places = _grouped(self._read("driver_standings"))

    def cars(self, race: str) -> list[Car]:
        """Return who is in a race's result."""
        return [
            Car(self._refs[row["driverId"]], self._teams[row["constructorId"]], int(row["number"]))
            for row in self._results.get(race, ())
        ]

    def pool(self, race: str, *, entries_told: bool) -> list[Car]:
        """Return who can be drafted for a race: who takes part in it, if that is told before; else who was in the last.

        Before the first race of a season the source lists its drivers.
        """
        place = self.races.index(race)
        return self.cars(race if entries_told or place == 0 else self.races[place - 1])

    def points(self, race: str, table: str) -> Points:
        """Return what each driver of a weekend scores by a table. Who is in no session has no entry."""
        sums: Counter[str] = Counter()
        for row in self._results.get(race, ()):
            sums[self._refs[row["driverId"]]] += 0
        if table == "weekend@1":
            self._weekend(race, sums)
        elif table == "midfield@1":
            for row in self._results.get(race, ()):
                sums[self._refs[row["driverId"]]] += _by_place(row["positionText"], MIDFIELD, beyond=1)
        elif table == "standard@1":
            for row in self._results.get(race, ()):
                fastest = (
                    row["rank"] == "1" and row["positionText"].isdecimal() and int(row["positionText"]) <= len(RACE)
                )
                sums[self._refs[row["driverId"]]] += _by_place(row["positionText"], RACE) + fastest
            for row in self._sprints.get(race, ()):
                sums[self._refs[row["driverId"]]] += _by_place(row["positionText"], SPRINT)
        else:
            raise ValueError(f"there is no table {table}")
        return dict(sums)

    def season_points(self, table: str) -> Points:
        """Return the points of all drivers over the season."""
        sums: Counter[str] = Counter()
        for race in self.races:
            sums.update(self.points(race, table))
        return dict(sums)

    def standings(self, races: Iterable[str]) -> dict[str, tuple[Decimal, int]]:
        """Return official points and place of each driver after these races: by points, then countback of places."""
        points: defaultdict[str, Decimal] = defaultdict(Decimal)
        places: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 40)
        for race in races:
            for row in (*self._sprints.get(race, ()), *self._results.get(race, ())):
                points[self._refs[row["driverId"]]] += Decimal(row["points"])
            for row in self._results.get(race, ()):
                if row["positionText"].isdecimal():
                    places[self._refs[row["driverId"]]][int(row["positionText"])] += 1
        worth = {driver: (total, places[driver]) for driver, total in points.items()}
        return {
            driver: (total, 1 + sum(other > worth[driver] for other in worth.values()))
            for driver, total in points.items()
        }

    def ranked(self, race: str, pool: Iterable[Car]) -> list[str]:
        """Return a pool as an autopick takes it: by the official standings before the race, then by car number.

        Before the first race those are the final ones of the year before.
        """
        before = self.races[: self.races.index(race)]
        places = self.official(before) if before else self._last_year
        last = len(places) + 1
        order = sorted((places.get(car.driver, last), car.number, car.driver) for car in pool)
        return [driver for _, _, driver in order]

    def autopicked(self, table: str, constructors: Sequence[str]) -> dict[str, int]:
        """Return the points of a season in which nobody picks. constructors: in the order of the first draft."""
        totals = dict.fromkeys(constructors, 0)
        order = list(constructors)
        for race in self.races:
            points = self.points(race, table)
            for constructor, driver in zip(slots(order, 2), self.ranked(race, self.cars(race)), strict=False):
                totals[constructor] += points.get(driver, 0)
            order = rotated(order)
        return totals

    def official(self, races: Sequence[str]) -> dict[str, int]:
        """Return each driver's place after these races of a season, as the tables have it; else as it follows."""
        rows = self._places.get(races[-1], ()) if races else ()
        if rows:
            return {self._refs[row["driverId"]]: int(row["position"]) for row in rows}
        return {driver: place for driver, (_, place) in self.standings(races).items()}

    @cached_property
    def _last_year(self) -> dict[str, int]:
        return self.official(self._of(self.year - 1))

    def _weekend(self, race: str, sums: Counter[str]) -> None:
        qualified = set()
        for row in self._qualifying.get(race, ()):
            driver = self._refs[row["driverId"]]
            qualified.add(driver)
            sums[driver] += _by_place(row["position"], QUALIFYING) - (5 if row["q1"] in NOTHING else 0)
        results = self._results.get(race, ())
        for row in results:
            driver = self._refs[row["driverId"]]
            if driver not in qualified and row["positionText"] not in ABSENT:
                sums[driver] -= 5
        self._run(results, RACE, 10, 20, {row["driverId"] for row in results if row["rank"] == "1"}, sums)
        sprint = self._sprints.get(race, ())
        times = {
            row["driverId"]: _seconds(row["fastestLapTime"]) for row in sprint if row["fastestLapTime"] not in NOTHING
        }
        least = min(times.values(), default=None)
        self._run(sprint, SPRINT, 5, 10, {each for each, time in times.items() if time == least}, sums)

    def _run(
        self,
        rows: Sequence[Mapping[str, str]],
        places: Sequence[int],
        lap: int,
        failed: int,
        fastest: set[str],
        sums: Counter[str],
    ) -> None:
        """Add the points of a race or sprint by weekend@1. A start from the pit lane is one from the last place."""
        for row in rows:
            driver, text = self._refs[row["driverId"]], row["positionText"]
            if text in ABSENT:
                continue
            if text.isdecimal():
                grid = int(row["grid"]) or len(rows)
                sums[driver] += _by_place(text, places) + grid - int(text)
            else:
                sums[driver] -= failed
            if row["driverId"] in fastest:
                sums[driver] += lap

    def _of(self, year: int) -> list[str]:
        return [row["raceId"] for row in self._races_of(year)]

    def _races_of(self, year: int) -> list[dict[str, str]]:
        return sorted((row for row in self._races if row["year"] == str(year)), key=lambda row: int(row["round"]))

    def _read(self, name: str) -> list[dict[str, str]]:
        packed = self._folder / f"{name}.csv.gz"
        if packed.exists():
            with gzip.open(packed, "rt", encoding="utf-8", newline="") as text:
                return list(csv.DictReader(text))
        plain = self._folder / f"{name}.csv"
        if not plain.exists():  # a season without sprints needs no table of them
            return []
        with plain.open(encoding="utf-8", newline="") as text:
            return list(csv.DictReader(text))


def base_order(seed: bytes, constructors: Iterable[int]) -> list[int]:
    """Return the order of the first draft that a seed decides: by HMAC-SHA256 over `base:` and the constructor's id."""
    return sorted(constructors, key=lambda each: hmac.digest(seed, f"base:{each}".encode(), "sha256").hex())


def rotated[Team](order: Sequence[Team]) -> list[Team]:
    """Return the order of the next draft: the last one first."""
    return [*order[-1:], *order[:-1]]


def slots[Team](order: Sequence[Team], rounds: int) -> list[Team]:
    """Return who is on turn, slot by slot: forward, backward, forward."""
    return [team for number in range(rounds) for team in (reversed(order) if number % 2 else order)]


def standing_in(drafted: str, pool: Iterable[Car], entered: Iterable[Car]) -> str | None:
    """Return who scores for a driver who was drafted; None for nobody.

    A driver who is not entered gives way to whoever has his seat. If that one was in the pool, the seat that he left is
    followed, until somebody is found who was not.
    """
    before = {car.driver: car.seat for car in pool}
    after = {car.driver: car.seat for car in entered}
    scores, seen = drafted, {drafted}
    if drafted in after:
        return drafted
    while True:
        seat = before[scores]
        came = [driver for driver, team in after.items() if team == seat and before.get(driver) != seat]
        if len(came) != 1:
            return None
        scores = came[0]
        if scores not in before:
            return scores
        if scores in seen:
            return None
        seen.add(scores)


def event_board(picks: Mapping[str, Sequence[int]]) -> Board:
    """Return an event's board from the points of each team's picks: by their sum, then the best pick, then the second.

    Teams that nothing separates share a rank. No pick is less than any pick.
    """
    worth = {}
    for team, points in picks.items():
        best = [part for each in sorted(points, reverse=True)[:2] for part in (1, each)]
        worth[team] = (sum(points), *best, *[0] * (4 - len(best)))
    return _ranked(worth)


def season_board(events: Sequence[Board], teams: Iterable[str]) -> Board:
    """Return a season's board: by points, then by most first ranks, second ranks and so on, then by the best event."""
    totals: Counter[str] = Counter(dict.fromkeys(teams, 0))
    ranks: defaultdict[str, Counter[int]] = defaultdict(Counter)
    best: dict[str, int] = {}
    for event in events:
        for rank, team, points in event:
            totals[team] += points
            ranks[team][rank] += 1
            best[team] = max(best.get(team, points), points)
    last = max((rank for event in events for rank, _, _ in event), default=0)
    worth = {
        team: (points, *(ranks[team][rank] for rank in range(1, last + 1)), team in best, best.get(team, 0))
        for team, points in totals.items()
    }
    return _ranked(worth)


def _ranked(worth: Mapping[str, tuple[int, ...]]) -> Board:
    order = sorted(worth, key=lambda team: ([-each for each in worth[team]], team))
    return [(1 + sum(other > worth[team] for other in worth.values()), team, worth[team][0]) for team in order]


def _grouped(rows: Iterable[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        found[row["raceId"]].append(row)
    return found


def _by_place(text: str, points: Sequence[int], *, beyond: int = 0) -> int:
    if not text.isdecimal():
        return 0
    place = int(text)
    return points[place - 1] if place <= len(points) else beyond


def _seconds(lap: str) -> Decimal:
    minutes, _, seconds = lap.rpartition(":")
    return 60 * Decimal(minutes or 0) + Decimal(seconds)
