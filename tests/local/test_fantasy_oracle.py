"""The oracle of a fantasy replay has the published figures of seven seasons: points, standings, orders, boards."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from local.replay.ergast import Ergast
from local.replay.fantasy_oracle import (
    Car,
    FantasyOracle,
    base_order,
    event_board,
    rotated,
    season_board,
    slots,
    standing_in,
)

TEN = tuple(f"C{number}" for number in range(1, 11))


@pytest.fixture(scope="session")
def folder(recordings: Path) -> Path:
    """Tables of 2018 to 2024; the test skips where there are none."""
    if not (found := recordings / "f1").is_dir():
        pytest.skip("no recorded seasons of Formula 1 beside this checkout")
    return found


@cache
def oracle(folder: Path, year: int) -> FantasyOracle:
    return FantasyOracle(folder, year)


def best(points: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(points.items(), key=lambda each: -each[1])[:3]


def test_official_points_and_places_of_every_driver_follow_from_the_results(folder: Path) -> None:
    tables = Ergast(folder)
    rows = driver_seasons = 0
    for year in range(2018, 2025):
        season = oracle(folder, year)
        for number, race in enumerate(season.races, start=1):
            ours = season.standings(season.races[:number])
            theirs = {
                tables.drivers[row["driverId"]]["driverRef"]: (Decimal(row["points"]), int(row["position"]))
                for row in tables.standings[race]
            }
            assert {each: points for each, (points, _) in ours.items()} == {
                each: points for each, (points, _) in theirs.items()
            }
            rows += len(theirs)
        assert ours == theirs, year
        driver_seasons += len(ours)
    assert (rows, driver_seasons) == (3_096, 152)


@pytest.mark.parametrize(
    ("year", "first", "total"),
    [
        (2018, [("hamilton", 616), ("vettel", 502), ("bottas", 443)], 2_418),
        (2019, [("hamilton", 649), ("bottas", 502), ("max_verstappen", 426)], 2_806),
        (2020, [("hamilton", 550), ("bottas", 338), ("max_verstappen", 282)], 2_146),
        (2021, [("hamilton", 659), ("max_verstappen", 636), ("bottas", 372)], 3_132),
        (2022, [("max_verstappen", 676), ("leclerc", 484), ("perez", 458)], 3_028),
        (2023, [("max_verstappen", 895), ("perez", 425), ("hamilton", 379)], 3_207),
        (2024, [("max_verstappen", 671), ("norris", 579), ("leclerc", 541)], 3_562),
    ],
)
def test_a_season_by_the_weekend_table(folder: Path, year: int, first: list[tuple[str, int]], total: int) -> None:
    points = oracle(folder, year).season_points("weekend@1")
    assert (best(points), sum(points.values())) == (first, total)


def test_a_season_by_the_midfield_table(folder: Path) -> None:
    points = oracle(folder, 2023).season_points("midfield@1")
    assert best(points) == [("gasly", 155), ("tsunoda", 139), ("albon", 136)]
    assert sum(points.values()) == 2_137


@pytest.mark.parametrize(
    ("year", "number", "table", "expected"),
    [
        (
            *(2023, 20, "weekend@1"),
            {"max_verstappen": 44, "norris": 42, "alonso": 27, "perez": 25, "stroll": 21, "leclerc": 15, "gasly": 14}
            | {"sainz": 14, "albon": -16, "zhou": -19, "bottas": -25, "kevin_magnussen": -25},
        ),
        (
            *(2023, 20, "midfield@1"),
            {"ocon": 10, "sargeant": 9, "tsunoda": 9, "hamilton": 8, "hulkenberg": 8, "max_verstappen": 1},
        ),
        (2023, 20, "standard@1", {"max_verstappen": 33, "norris": 26, "perez": 18, "alonso": 15}),
        (2023, 18, "weekend@1", {"max_verstappen": 48, "leclerc": -5, "hamilton": -4, "stroll": 9}),
        (2024, 5, "weekend@1", {"max_verstappen": 51, "perez": 32}),
        (2024, 14, "weekend@1", {"hamilton": 34, "russell": -16}),
        (2021, 12, "weekend@1", {"max_verstappen": 35, "russell": 27}),
        (2024, 21, "weekend@1", {"max_verstappen": 56, "ocon": 30}),
    ],
)
def test_a_weekend(folder: Path, year: int, number: int, table: str, expected: dict[str, int]) -> None:
    season = oracle(folder, year)
    points = season.points(season.races[number - 1], table)
    assert {driver: points[driver] for driver in expected} == expected


@pytest.mark.parametrize(
    ("year", "table", "expected"),
    [
        (2023, "weekend@1", (458, 287, 293, 240, 304, 272, 287, 302, 378, 386)),
        (2024, "weekend@1", (406, 266, 372, 367, 281, 238, 505, 435, 310, 382)),
        (2023, "midfield@1", (202, 227, 211, 223, 203, 194, 213, 229, 205, 230)),
    ],
)
def test_a_season_in_which_nobody_picks(folder: Path, year: int, table: str, expected: tuple[int, ...]) -> None:
    assert oracle(folder, year).autopicked(table, TEN) == dict(zip(TEN, expected, strict=True))


def test_orders_follow_from_the_published_seed() -> None:
    seed = bytes(range(32))
    assert sha256(seed).hexdigest() == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
    first = base_order(seed, range(101, 106))
    assert first == [105, 104, 102, 103, 101]
    assert slots(first, 2) == [105, 104, 102, 103, 101, 101, 103, 102, 104, 105]
    second = rotated(first)
    assert (second, rotated(second)) == ([101, 105, 104, 102, 103], [103, 101, 105, 104, 102])


@pytest.mark.parametrize(
    ("year", "number", "drafted", "scores_as", "points"),
    [(2023, 13, "ricciardo", "lawson", 6), (2020, 16, "hamilton", "aitken", 1), (2024, 3, "sargeant", None, 0)],
)
def test_who_scores_for_a_driver_who_is_replaced(
    folder: Path, year: int, number: int, drafted: str, scores_as: str | None, points: int
) -> None:
    season = oracle(folder, year)
    pool, entered = (season.cars(season.races[place]) for place in (number - 2, number - 1))
    assert standing_in(drafted, pool, entered) == scores_as
    scored = season.points(season.races[number - 1], "weekend@1")
    assert (0 if scores_as is None else scored[scores_as]) == points


def test_a_seat_that_two_took_or_that_goes_round_has_no_successor() -> None:
    pool = [Car("a", "one", 1), Car("b", "one", 2), Car("c", "two", 3)]
    both = [Car("d", "one", 1), Car("e", "one", 2), Car("c", "two", 3)]
    assert [standing_in(driver, pool, both) for driver in "abc"] == [None, None, "c"]


def test_boards_order_equals_by_their_best_picks_and_their_best_events() -> None:
    first = event_board({"a": [10, 0], "b": [5, 5], "c": [5, 5], "d": [12, -20], "e": []})
    assert first == [(1, "a", 10), (2, "b", 10), (2, "c", 10), (4, "e", 0), (5, "d", -8)]
    second = event_board({"a": [1], "b": [1, 0], "c": [-3]})
    assert [(rank, team) for rank, team, _ in second] == [(1, "b"), (2, "a"), (3, "c")]
    assert season_board([first, second], "abcdef") == [
        (1, "a", 11),
        (1, "b", 11),  # a second and a first place, and the same best event: nothing separates them
        (3, "c", 7),
        (4, "e", 0),
        (5, "f", 0),
        (6, "d", -8),
    ]
