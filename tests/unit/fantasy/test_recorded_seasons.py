"""Seven recorded seasons, 149 events: official points, what each table gives, and which events need a second look."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import cast

import pytest

from local.replay.fantasy_oracle import TABLES, FantasyOracle
from pickvs.fantasy.events.formula_one.invariants.rules import check_qualifying, check_result
from pickvs.fantasy.events.formula_one.points.rules import official_share, ranking, standings, table
from pickvs.fantasy.events.formula_one.rules import Kind, QualifyingRow, ResultRow, SessionResult
from pickvs.fantasy.events.formula_one.schedule.rules import doubts
from pickvs.fantasy.events.formula_one.seats.rules import Substitution, substitutions
from pickvs.fantasy.events.rules import Fact
from pickvs.fantasy.scoring.rules import ByPosition, Line, Table, score, shortened, totals
from tests.support.formula_one import Event, Tables, lock_of
from tests.support.scoring_tables import presets

type Seasons = Mapping[int, list[Event]]


def lines_of(event: Event, rules: Table) -> list[Line]:
    return [line for kind, facts in event.facts.items() for line in score(rules, kind, facts)]


def points_of(tables: Tables, event: Event, rules: Table) -> dict[str, Decimal]:
    """Points of a weekend by family name, of everybody with a fact in the race."""
    sums = totals(lines_of(event, rules))
    names = {fact.contestant: tables.drivers[str(fact.contestant)]["surname"] for fact in event.facts["race"]}
    return {name: sums.get(contestant, Decimal()) for contestant, name in names.items()}


def event_at(seasons: Seasons, season: int, number: int) -> Event:
    return seasons[season][number - 1]


def official_places(tables: Tables) -> Mapping[str, Mapping[int, tuple[Decimal, int]]]:
    """Official points and positions by the tables' race and driver."""
    found: defaultdict[str, dict[int, tuple[Decimal, int]]] = defaultdict(dict)
    for row in tables.rows("driver_standings"):
        found[row["raceId"]][int(row["driverId"])] = (Decimal(row["points"]), int(row["position"]))
    return found


def test_the_official_standings_follow_from_the_facts_after_every_round(tables: Tables, seasons: Seasons) -> None:
    official = official_places(tables)
    rows = driver_seasons = 0
    for season, events in seasons.items():
        run: list[tuple[Kind, tuple[Fact, ...]]] = []
        for event, race in zip(events, tables.of_season(season), strict=True):
            run += list(event.facts.items())
            ours = {place.contestant: (place.points, place.position) for place in standings(run)}
            theirs = official[race["raceId"]]
            assert {each: points for each, (points, _) in ours.items()} == {
                each: points for each, (points, _) in theirs.items()
            }
            rows += len(theirs)
        assert ours == theirs, season
        driver_seasons += len(ours)
    assert (rows, driver_seasons) == (3_096, 152)


def test_exactly_the_known_events_break_an_invariant(seasons: Seasons) -> None:
    broken: defaultdict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    for events in seasons.values():
        for event in events:
            at = (event.season, event.round)
            for kind, result in event.sessions.items():
                if kind == "qualifying":
                    found = check_qualifying(cast("SessionResult[QualifyingRow]", result))
                else:
                    found = check_result(cast("SessionResult[ResultRow]", result), qualified=event.qualified)
                for each in found:
                    broken[each.invariant][at] = each.detail
            if doubts(event.weekend):
                broken["schedule"][at] = " ".join(doubts(event.weekend))
    assert {invariant: sorted(found) for invariant, found in broken.items()} == {
        "points": [(2021, 12), (2024, 8)],
        "fastest_lap": [(2021, 12), (2024, 8)],
        "entries": [(2024, 3)],
        "grid": [(2024, 21)],
        "qualified": [(2019, 3), (2021, 5)],
        "schedule": [(2023, 21)],
    }
    assert broken["points"][2021, 12].startswith("10 rows")
    assert broken["points"][2024, 8].startswith("1 rows")
    assert broken["points"][2024, 8].endswith("hamilton")
    assert "46 hours" in broken["schedule"][2023, 21]


def test_the_standard_table_gives_the_official_points(seasons: Seasons) -> None:
    standard = presets()["standard@1"]
    same, other = 0, []
    for season, events in seasons.items():
        places = tuple(Decimal(each) for each in table(season, "sprint"))
        of_the_year = [
            replace(rule, points=places) if isinstance(rule, ByPosition) and rule.session == "sprint" else rule
            for rule in standard.rules
            if season >= 2019 or rule.id != "race_fastest_lap"
        ]
        for event in events:
            for kind, facts in event.facts.items():
                sums = totals(score(replace(standard, rules=tuple(of_the_year)), kind, facts))
                for fact in facts if kind != "qualifying" else ():
                    if sums.get(fact.contestant, Decimal()) == fact.official_points:
                        same += 1
                    else:
                        other.append((season, event.round))
    assert same == 3_328
    assert Counter(other) == {(2021, 12): 10, (2024, 8): 1}


WEEKEND = {
    2018: ({"Hamilton": 616, "Vettel": 502, "Bottas": 443}, 2_418),
    2019: ({"Hamilton": 649, "Bottas": 502, "Verstappen": 426}, 2_806),
    2020: ({"Hamilton": 550, "Bottas": 338, "Verstappen": 282}, 2_146),
    2021: ({"Hamilton": 659, "Verstappen": 636, "Bottas": 372}, 3_132),
    2022: ({"Verstappen": 676, "Leclerc": 484, "Pérez": 458}, 3_028),
    2023: ({"Verstappen": 895, "Pérez": 425, "Hamilton": 379}, 3_207),
    2024: ({"Verstappen": 671, "Norris": 579, "Leclerc": 541}, 3_562),
}


def season_totals(tables: Tables, events: Iterable[Event], rules: Table) -> Counter[str]:
    sums: Counter[str] = Counter()
    for event in events:
        for contestant, points in totals(lines_of(event, rules)).items():
            # Two Schumachers never drive in one season; the family name is enough.
            sums[tables.drivers[str(contestant)]["surname"]] += int(points)
    return sums


@pytest.mark.parametrize("season", WEEKEND)
def test_a_season_by_the_weekend_table(tables: Tables, seasons: Seasons, season: int) -> None:
    first, total = WEEKEND[season]
    sums = season_totals(tables, seasons[season], presets()["weekend@1"])
    assert dict(sums.most_common(3)) == first
    assert sum(sums.values()) == total


def test_a_season_by_the_midfield_table(tables: Tables, seasons: Seasons) -> None:
    sums = season_totals(tables, seasons[2023], presets()["midfield@1"])
    assert dict(sums.most_common(3)) == {"Gasly": 155, "Tsunoda": 139, "Albon": 136}
    assert sum(sums.values()) == 2_137


@pytest.mark.parametrize(
    ("season", "number", "name", "expected"),
    [
        (
            *(2023, 20, "weekend@1"),
            {"Verstappen": 44, "Norris": 42, "Alonso": 27, "Pérez": 25, "Stroll": 21, "Leclerc": 15, "Gasly": 14}
            | {"Sainz": 14, "Albon": -16, "Zhou": -19, "Bottas": -25, "Magnussen": -25},
        ),
        (
            *(2023, 20, "midfield@1"),
            {"Ocon": 10, "Sargeant": 9, "Tsunoda": 9, "Hamilton": 8, "Hülkenberg": 8, "Verstappen": 1},
        ),
        (2023, 20, "standard@1", {"Verstappen": 33, "Norris": 26, "Pérez": 18, "Alonso": 15}),
        (2023, 18, "weekend@1", {"Verstappen": 48, "Leclerc": -5, "Hamilton": -4, "Stroll": 9}),
        (2024, 5, "weekend@1", {"Verstappen": 51, "Pérez": 32}),
        (2024, 14, "weekend@1", {"Hamilton": 34, "Russell": -16}),
        (2021, 12, "weekend@1", {"Verstappen": 35, "Russell": 27}),
        (2024, 21, "weekend@1", {"Verstappen": 56, "Ocon": 30}),
    ],
)
def test_a_weekend(
    tables: Tables, seasons: Seasons, season: int, number: int, name: str, expected: dict[str, int]
) -> None:
    points = points_of(tables, event_at(seasons, season, number), presets()[name])
    assert {driver: points[driver] for driver in expected} == expected


def test_each_point_has_its_reason(tables: Tables, seasons: Seasons) -> None:
    norris = tables.ids["norris"]
    lines = [
        line for line in lines_of(event_at(seasons, 2023, 20), presets()["weekend@1"]) if line.contestant == norris
    ]
    assert {(line.rule, line.detail, int(line.points)) for line in lines} == {
        ("qualifying_position", "P7", 4),
        ("sprint_position", "P2", 7),
        ("sprint_places", "1 -> 2", -1),
        ("race_position", "P2", 18),
        ("race_places", "6 -> 2", 4),
        ("race_fastest_lap", "fastest lap", 10),
    }


def test_a_shortened_race_gives_its_official_share(tables: Tables, seasons: Seasons) -> None:
    shares = {
        (event.season, event.round): official_share(event.season, "race", event.facts["race"])
        for events in seasons.values()
        for event in events
    }
    # In Monaco the fastest lap is missing, so that one driver has a share of his own: nothing can be said.
    assert {at: share for at, share in shares.items() if share != 1} == {(2021, 12): Fraction(1, 2), (2024, 8): None}
    spa = event_at(seasons, 2021, 12)
    lines = score(presets()["standard@1"], "race", spa.facts["race"])
    official = {fact.contestant: fact.official_points for fact in spa.facts["race"] if fact.official_points}
    assert totals(shortened(lines, Fraction(1, 2))) == official


AUTOPICKED = [
    (2023, "weekend@1", {1: 458, 10: 386, 9: 378, 5: 304, 8: 302, 3: 293, 2: 287, 7: 287, 6: 272, 4: 240}),
    (2024, "weekend@1", {7: 505, 8: 435, 1: 406, 10: 382, 3: 372, 4: 367, 9: 310, 5: 281, 2: 266, 6: 238}),
    (2023, "midfield@1", {10: 230, 8: 229, 2: 227, 4: 223, 7: 213, 3: 211, 9: 205, 5: 203, 1: 202, 6: 194}),
]


def autopicked(tables: Tables, events: Iterable[Event], season: int, rules: Table) -> dict[int, int]:
    """Points of ten constructors over a season in which nobody picks, by the places in the order of the first draft."""
    official = official_places(tables)
    races = [tables.of_season(season - 1)[-1], *tables.of_season(season)]
    order, boards = list(range(1, 11)), Counter[int]()
    for event, before in zip(events, races, strict=False):
        pool = {tables.ids[row.entrant.driver]: row.entrant.car_number for row in event.race.rows}
        ranked = ranking(pool, {each: position for each, (_, position) in official[before["raceId"]].items()})
        points = totals(lines_of(event, rules))
        # In Australia in 2024 there are 19 drivers, so that the last slot stays empty.
        for constructor, driver in zip([*order, *reversed(order)], ranked, strict=False):
            boards[constructor] += int(points.get(driver, Decimal()))
        order = [order[-1], *order[:-1]]
    return dict(boards)


@pytest.mark.parametrize(("season", "name", "expected"), AUTOPICKED)
def test_a_season_on_autopick(
    tables: Tables, seasons: Seasons, season: int, name: str, expected: dict[int, int]
) -> None:
    assert autopicked(tables, seasons[season], season, presets()[name]) == expected


@pytest.mark.parametrize("season", range(2019, 2025))
def test_seasons_on_autopick_end_as_the_oracle_says_by_each_table(
    tables: Tables, seasons: Seasons, season: int
) -> None:
    oracle = FantasyOracle(tables.folder, season)
    names = [str(number) for number in range(1, 11)]
    for name in TABLES:
        ours = autopicked(tables, seasons[season], season, presets()[name])
        assert {str(each): points for each, points in ours.items()} == oracle.autopicked(name, names), name
    assert set(TABLES) == presets().keys()


@pytest.mark.parametrize(
    ("season", "number", "drafted", "scores_as", "points"),
    [(2023, 13, "ricciardo", "lawson", 6), (2020, 16, "hamilton", "aitken", 1), (2024, 3, "sargeant", None, 0)],
)
def test_a_replaced_driver(
    tables: Tables, seasons: Seasons, season: int, number: int, drafted: str, scores_as: str | None, points: int
) -> None:
    event = event_at(seasons, season, number)
    pool, entered = (
        {tables.ids[row.entrant.driver]: row.entrant.team for row in each.race.rows}
        for each in (event_at(seasons, season, number - 1), event)
    )
    successor = tables.ids[scores_as] if scores_as is not None else None
    assert Substitution(tables.ids[drafted], successor) in substitutions(pool, entered)
    sums = totals(lines_of(event, presets()["weekend@1"]))
    assert (sums[successor] if successor is not None else 0) == points
    if drafted == "hamilton":  # Russell had Hamilton's seat, and a holder of his own
        assert sums[tables.ids["russell"]] == 14


def test_every_replacement_of_seven_seasons_is_certain(tables: Tables, seasons: Seasons) -> None:
    for events in seasons.values():
        for before, event in pairwise(events):
            pool, entered = (
                {tables.ids[row.entrant.driver]: row.entrant.team for row in each.race.rows} for each in (before, event)
            )
            for found in substitutions(pool, entered):
                assert isinstance(found, Substitution), (event.season, event.round, found)


@pytest.mark.parametrize(
    ("season", "number", "moment"),
    [
        (2023, 20, "2023-11-03T18:00:00+00:00"),  # the Friday's qualifying of a sprint weekend
        (2023, 22, "2023-11-25T14:00:00+00:00"),
        (2024, 5, "2024-04-19T07:30:00+00:00"),  # the sprint qualifying, listed as the second practice
    ],
)
def test_when_the_picks_are_locked(seasons: Seasons, season: int, number: int, moment: str) -> None:
    locked = lock_of(event_at(seasons, season, number).weekend, "first_competitive")
    assert locked is not None
    assert locked.isoformat() == moment


def test_a_lock_needs_times(seasons: Seasons) -> None:
    weekends = {season: [event.weekend for event in events] for season, events in seasons.items()}
    assert all(lock_of(weekend, "first_competitive") is None for weekend in weekends[2021])  # dates alone
    second = {
        season: {"practice_2" in weekend.starts for weekend in weekends[season] if weekend.has_sprint}
        for season in (2022, 2023, 2024)
    }
    assert second == {2022: {True}, 2023: {False}, 2024: {False}}  # since 2023 it is the sprint's qualifying
    timed = [weekend for season in (2022, 2023, 2024) for weekend in weekends[season]]
    assert len(timed) == 68
    for weekend in timed:
        first, race = lock_of(weekend, "first_competitive"), lock_of(weekend, "race")
        assert first is not None
        assert race is not None
        assert first < race
