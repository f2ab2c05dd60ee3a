"""Whole seasons through the engine: Formula 1 as it was, and a golf tournament by data alone."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pickvs.fantasy.drafts import acts
from pickvs.fantasy.drafts.acts import Entrant
from pickvs.fantasy.drafts.clock import Hours, fitted, running
from pickvs.fantasy.drafts.commands import ChangePool, Facts, MakePick, Opening, Queue, Swap, Tick
from pickvs.fantasy.drafts.rules import decide, plan
from pickvs.fantasy.drafts.state import State, Terms
from pickvs.fantasy.drafts.windows import opening
from pickvs.fantasy.leagues.orders import Past, order_of
from pickvs.fantasy.leagues.rules import MONDAY_MORNING, NIGHT, WeeklyTime, capacity
from tests.support.drafts import LOCK, OPENS, TERMS

TEN = list(range(1, 11))
MIDFIELD = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1]


class Tables:
    """The Ergast tables that drafts need. Rows of results and standings by race, in the order of the season."""

    def __init__(self, folder: Path) -> None:
        self.races: dict[int, list[int]] = defaultdict(list)
        for row in sorted(_rows(folder, "races"), key=lambda row: int(row["round"])):
            self.races[int(row["year"])].append(int(row["raceId"]))
        self.results: dict[int, list[dict[str, str]]] = defaultdict(list)
        for row in _rows(folder, "results"):
            self.results[int(row["raceId"])].append(row)
        self.standings: dict[int, dict[int, int]] = defaultdict(dict)
        for row in _rows(folder, "driver_standings"):
            self.standings[int(row["raceId"])][int(row["driverId"])] = int(row["position"])
        self.names = {int(row["driverId"]): row["surname"] for row in _rows(folder, "drivers")}

    def pool(self, race: int, before: int) -> tuple[int, ...]:
        """Return the drivers of a race: by the standings after the race before, then by car number."""
        numbers = {int(row["driverId"]): int(row["number"]) for row in self.results[race]}
        known = self.standings[before]
        return tuple(sorted(numbers, key=lambda driver: (known.get(driver, 99), numbers[driver])))


def _rows(folder: Path, table: str) -> list[dict[str, str]]:
    with gzip.open(folder / f"{table}.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def tables(recordings: Path) -> Tables:
    return Tables(recordings / "f1")


def drafted(order: Sequence[int], pool: tuple[int, ...]) -> State:
    """Return a draft in which everybody is on autopick."""
    facts = Facts(opening=Opening(tuple(Entrant(each, "on") for each in order), pool))
    return decide(plan(TERMS, OPENS, LOCK, 7200, OPENS).state, Tick(), facts, OPENS).state


def season(tables: Tables, year: int) -> list[State]:
    """Return the drafts of ten constructors on autopick: the first order as named, then by rotation."""
    drafts: list[State] = []
    before = tables.races[year - 1][-1]
    for race in tables.races[year]:
        order = order_of("rotation", bytes(32), race, TEN, Past(drafts[-1].order)) if drafts else TEN
        drafts.append(drafted(order, tables.pool(race, before)))
        before = race
    return drafts


def test_a_season_on_autopick_is_the_designs(tables: Tables) -> None:
    drafts, totals = season(tables, 2023), dict.fromkeys(TEN, 0)
    for race, draft in zip(tables.races[2023], drafts, strict=True):
        places = {int(row["driverId"]): row["positionText"] for row in tables.results[race]}
        for slot, pick in draft.picks.items():
            place = places[pick.contestant]
            totals[draft.slot(slot).constructor] += MIDFIELD[int(place) - 1] if place.isdigit() else 0
    assert totals == dict(zip(TEN, [202, 227, 211, 223, 203, 194, 213, 229, 205, 230], strict=True))
    assert drafts[19].order == (2, 3, 4, 5, 6, 7, 8, 9, 10, 1)
    assert [tables.names[each] for each in picks_of(drafts[19], 2)] == ["Verstappen", "Sargeant"]


def test_the_last_slot_of_australia_2024_is_empty(tables: Tables) -> None:
    draft = season(tables, 2024)[2]
    assert len(draft.pool) == 19
    assert [slot.number for slot in draft.open_slots] == [20]
    assert draft.open_slots[0].constructor == 9
    assert draft.turn is None


def test_windows_of_three_seasons_are_the_designs(recordings: Path) -> None:
    zone, previous, windows, uncut = ZoneInfo("America/New_York"), None, [], dict.fromkeys((7200, 14_400), 0)
    hours = Hours(zone, NIGHT)
    for race in sorted(_rows(recordings / "f1", "races"), key=lambda row: (int(row["year"]), int(row["round"]))):
        if race["quali_time"] == r"\N":
            continue
        # The tables of 2024 have sprint qualifying in the place of the second practice.
        sprint = race["sprint_date"] != r"\N"
        sessions = ["quali", *["sprint"] * sprint, *["fp2"] * (sprint and race["year"] == "2024")]
        lock_at = min(datetime.fromisoformat(f"{race[f'{each}_date']}T{race[f'{each}_time']}Z") for each in sessions)
        opens_at = opening(lock_at, MONDAY_MORNING, zone, previous)
        previous = lock_at
        windows.append((lock_at - opens_at, running(opens_at, lock_at, hours)))
        for clock in uncut:
            uncut[clock] += fitted(clock, opens_at, lock_at, 20, hours) == clock
    wholes, runs = zip(*windows, strict=True)
    assert (min(wholes), max(wholes)) == (timedelta(hours=89), timedelta(hours=130))
    assert (min(runs), max(runs)) == (timedelta(hours=60), timedelta(hours=85))
    assert (len(windows), uncut) == (68, {7200: 68, 14_400: 9})


def picks_of(draft: State, constructor: int) -> list[int]:
    return [draft.picks[slot.number].contestant for slot in draft.slots_of(constructor) if slot.number in draft.picks]


def test_a_golf_tournament_is_drafted_through_the_same_engine() -> None:
    # 26 golfers by world ranking, eight teams of three, one round after the other, locked by the first tee time.
    golfers = tuple(range(7001, 7027))
    edinburgh = ZoneInfo("Europe/London")
    tee_time = datetime(2026, 7, 16, 5, 35, tzinfo=UTC)
    terms = Terms(
        rounds=3,
        method="sequential",
        hours=Hours(edinburgh, None),
        on_expiry="skip",
        at_lock="empty",
        auto_after_misses=None,
        replacement="repick",
        free_swaps=0,
    )
    assert capacity(len(golfers), terms.rounds) == 8
    opens_at = opening(tee_time, WeeklyTime(1, time(18)), edinburgh, None)
    assert opens_at == datetime(2026, 7, 14, 17, tzinfo=UTC)
    order = order_of("random", bytes(32), 150, range(21, 29), Past())
    facts = Facts({}, Opening(tuple(Entrant(each) for each in order), golfers))

    state = plan(terms, opens_at, tee_time, 1800, opens_at - timedelta(days=7)).state
    at = opens_at
    for number in range(24):
        outcome = decide(state, MakePick(order[number % 8], golfers[number]), facts, at)
        assert outcome.refusal is None
        state, at = outcome.state, at + timedelta(minutes=5)
    assert state.complete

    # The best withdraws with a bad back, and an alternate enters the field.
    alternate = 7100
    state = decide(state, ChangePool((*golfers, alternate), (golfers[0],)), facts, at).state
    swapped = decide(state, Swap(order[0], 1, alternate), facts, at)
    assert swapped.refusal is None
    assert decide(swapped.state, Swap(order[1], 2, golfers[25]), facts, at).refusal is not None
    locked = decide(swapped.state, Tick(), Facts({order[0]: Queue(golfers)}), tee_time)
    assert [entry.act for entry in locked.entries] == [acts.Locked()]
    holders: Mapping[int, list[int]] = {each: picks_of(locked.state, each) for each in order}
    assert holders[order[0]] == [alternate, golfers[8], golfers[16]]
    assert sum(len(set(held)) for held in holders.values()) == 24
