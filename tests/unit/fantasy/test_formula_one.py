"""The rules of Formula 1 on made-up weekends."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pickvs.fantasy.events.formula_one.identity.rules import KnownDriver, identified
from pickvs.fantasy.events.formula_one.invariants.rules import check_qualifying, check_result
from pickvs.fantasy.events.formula_one.points.rules import ranking
from pickvs.fantasy.events.formula_one.rules import (
    FASTEST_LAP,
    NO_TIME,
    Entrant,
    QualifyingRow,
    ResultRow,
    SessionResult,
    qualifying_facts,
    result_facts,
    with_absent,
)
from pickvs.fantasy.events.formula_one.schedule.rules import Part, Weekend, ask_at, doubts
from pickvs.fantasy.events.formula_one.seats.rules import Substitution, Unclear, substitutions
from pickvs.fantasy.events.formula_one.statements import statement_of
from pickvs.fantasy.events.results.rules import AWAITED, hear
from pickvs.fantasy.events.rules import Fact, Statement, beside
from pickvs.fantasy.events.schedules.rules import KnownEvent, event_of, has_lapsed
from tests.support.formula_one import lock_of

POINTS = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1)
DRIVERS = [f"driver_{number}" for number in range(1, 13)]
IDS = {driver: number for number, driver in enumerate(DRIVERS, start=1)}
SUNDAY = date(2026, 6, 7)


def entrant(number: int) -> Entrant:
    return Entrant(
        driver=DRIVERS[number - 1], team=f"team_{(number + 1) // 2}", car_number=number, code=f"D{number:02}"
    )


def race(season: int = 2024) -> SessionResult[ResultRow]:
    """Twelve cars of six teams, in the order of their numbers; the second has the fastest lap, the last retired."""
    rows = tuple(
        ResultRow(
            entrant=entrant(number),
            status="classified" if number < 12 else "dnf",
            position=number if number < 12 else None,
            grid=13 - number,
            points=Decimal((*POINTS, 0, 0)[number - 1] + (number == 2 and season in range(2019, 2025))),
            lap_rank=1 if number == 2 else number + 1,
            lap_ms=80_000 + number if number != 2 else 80_000,
        )
        for number in range(1, 13)
    )
    states = frozenset({FASTEST_LAP})
    return SessionResult(season=season, circuit="monza", race_day=SUNDAY, kind="race", rows=rows, states=states)


def changed(number: int, season: int = 2024, **values: Any) -> SessionResult[ResultRow]:
    result = race(season)
    rows = [replace(row, **values) if row.entrant.car_number == number else row for row in result.rows]
    return replace(result, rows=tuple(rows))


def found(result: SessionResult[ResultRow], **known: Any) -> list[str]:
    return [each.invariant for each in check_result(result, **known)]


def test_each_invariant_alone() -> None:
    everybody = frozenset(DRIVERS)
    for season in (2018, 2024, 2026):
        assert found(race(season), qualified=everybody, entries=everybody) == []
    assert found(changed(5, position=4, points=Decimal(12))) == ["places"]
    assert found(changed(7, points=Decimal())) == ["points"]
    assert found(changed(2, season=2026, points=Decimal(19))) == ["points"]  # no point for it any more
    assert found(changed(11, lap_rank=1, lap_ms=80_000)) == ["fastest_lap"]
    assert found(changed(3, lap_ms=79_999)) == ["fastest_lap"]
    assert found(changed(4, grid=1)) == ["grid"]
    assert found(changed(4, grid=0)) == []
    assert found(replace(changed(4, grid=0), rows=race().rows[:11])) == ["entries"]
    assert found(changed(4, entrant=entrant(3))) == ["entries"] * 2  # a driver twice, a car twice
    assert found(race(), entries=everybody | {"driver_13"}) == ["entries"]
    assert found(race(), qualified=everybody - {"driver_12"}) == ["qualified"]
    assert found(changed(12, status="dns"), qualified=everybody - {"driver_12"}) == []


def test_a_source_without_fastest_laps_leaves_one_point_open() -> None:
    silent = replace(
        race(), rows=tuple(replace(row, lap_rank=None, lap_ms=None) for row in race().rows), states=frozenset()
    )
    assert found(silent) == []
    both = [replace(row, points=row.points + (row.entrant.car_number == 3)) for row in silent.rows]
    assert found(replace(silent, rows=tuple(both))) == ["points"]


def test_facts_of_a_race() -> None:
    facts = {fact.contestant: fact for fact in result_facts(changed(4, grid=0), IDS)}
    assert (facts[4].grid, facts[5].grid, facts[12].grid) == (12, 8, None)  # the pit lane is the last place
    assert [number for number, fact in facts.items() if fact.flags] == [2]
    statement = statement_of(race(), {driver: number for driver, number in IDS.items() if number != 7})
    assert statement.problems == ("drivers: unknown: driver_7",)
    assert len(statement.facts) == 11


def test_silence_confirms_a_first_result_and_no_change() -> None:
    moment = datetime(2026, 6, 7, 16, tzinfo=UTC)

    def said(fastest: int | None, winner: int = 1) -> Statement:
        facts = tuple(
            Fact(
                contestant=number,
                status="classified",
                position=1 if number == winner else 2,
                flags=frozenset({FASTEST_LAP}) if number == fastest else frozenset(),
            )
            for number in (1, 2)
        )
        return Statement(facts=facts, states=frozenset() if fastest is None else frozenset({FASTEST_LAP}))

    in_force = said(fastest=1)
    result, _ = hear(AWAITED, "first", (in_force.digest, True), moment)
    result, _ = hear(result, "second", (beside(said(None), in_force).digest, True), moment)
    assert result.state == "official"
    for change, state in ((said(fastest=2), "review"), (said(fastest=1, winner=2), "amended")):
        heard, _ = hear(result, "first", (change.digest, True), moment)
        silent = said(None, winner=2 if state == "amended" else 1)
        heard, _ = hear(heard, "second", (beside(silent, in_force).digest, True), moment)
        assert heard.state == state


def test_who_has_no_time_in_qualifying() -> None:
    def row(number: int, *, status: Any = "classified", has_time: bool = True) -> QualifyingRow:
        position = number if status == "classified" else None
        return QualifyingRow(entrant=entrant(number), status=status, position=position, has_time=has_time)

    rows = (row(1), row(2, has_time=False), row(3, status="dsq"))
    states = frozenset({NO_TIME})
    result = SessionResult(season=2024, circuit="monza", race_day=SUNDAY, kind="qualifying", rows=rows, states=states)
    assert check_qualifying(result) == ()
    run = [Fact(contestant=1, status="dnf"), Fact(contestant=4, status="dnf"), Fact(contestant=5, status="dns")]
    facts = with_absent(qualifying_facts(result, IDS), run)
    assert {fact.contestant: NO_TIME in fact.flags for fact in facts} == {1: False, 2: True, 3: True, 4: True}
    twice = replace(result, rows=(*rows, replace(row(2), entrant=entrant(3))))
    assert [each.invariant for each in check_qualifying(twice)] == ["places", "entries", "entries"]


STARTS: Mapping[Part, datetime] = {
    "practice_1": datetime(2026, 6, 5, 11, tzinfo=UTC),
    "practice_2": datetime(2026, 6, 5, 15, tzinfo=UTC),
    "practice_3": datetime(2026, 6, 6, 10, tzinfo=UTC),
    "qualifying": datetime(2026, 6, 6, 14, tzinfo=UTC),
    "race": datetime(2026, 6, 7, 13, tzinfo=UTC),
}
WEEKEND = Weekend(season=2026, circuit="monza", name="Monza", race_day=SUNDAY, starts=STARTS, has_sprint=False)


def at(part: Part, moment: datetime | None, weekend: Weekend = WEEKEND) -> Weekend:
    starts = {each: start for each, start in weekend.starts.items() if each != part}
    return replace(weekend, starts=starts if moment is None else {**starts, part: moment})


def test_a_schedule_that_must_not_be_believed() -> None:
    race_at = STARTS["race"]
    assert doubts(WEEKEND) == ()
    for hours, count in ((17, 1), (18, 0), (30, 1)):  # at 30 hours it is before the third practice
        assert len(doubts(at("qualifying", race_at - timedelta(hours=hours)))) == count
    assert "after" not in doubts(at("race", race_at + timedelta(days=1)))[0]
    assert len(doubts(at("practice_1", race_at - timedelta(days=7)))) == 1
    sprint = replace(at("qualifying", race_at - timedelta(hours=46), at("practice_3", None)), has_sprint=True)
    assert doubts(at("sprint", race_at - timedelta(hours=20), sprint)) == ()
    assert doubts(at("sprint", race_at + timedelta(hours=1), sprint))


def test_locks() -> None:
    qualifying, race_at = STARTS["qualifying"], STARTS["race"]
    assert lock_of(WEEKEND, "first_competitive") == lock_of(WEEKEND, "qualifying") == qualifying
    assert lock_of(WEEKEND, "race") == race_at
    sprint = replace(at("sprint", qualifying - timedelta(hours=3)), has_sprint=True)
    assert lock_of(sprint, "first_competitive") == qualifying - timedelta(hours=3)
    shootout = at("sprint_qualifying", qualifying - timedelta(hours=23), sprint)
    assert lock_of(shootout, "first_competitive") == qualifying - timedelta(hours=23)
    # A session whose time is not told might be the earliest.
    assert lock_of(at("sprint", None, shootout), "first_competitive") is None
    assert lock_of(at("qualifying", None, shootout), "first_competitive") is None


def test_when_a_session_is_asked_about() -> None:
    start = STARTS["race"]
    asked, now, complete = [], start - timedelta(days=1), None
    while (moment := ask_at("race", start, now, complete)) is not None:
        now = moment
        asked.append(now - start)
        if complete is None and now >= start + timedelta(hours=3):
            complete = now
    minutes = [each // timedelta(minutes=1) for each in asked]
    assert minutes[:5] == [150, 165, 180, 240, 300]
    assert asked[-1] == timedelta(hours=51)
    assert ask_at("qualifying", start, start, None) == start + timedelta(minutes=75)
    # Where weekends are played in minutes, they are followed and believed at that pace.
    hour = timedelta(seconds=6)
    assert ask_at("race", start, start, None, hour=hour) == start + timedelta(seconds=15)
    assert ask_at("race", start, start + timedelta(minutes=5), None, hour=hour) is None
    played = replace(WEEKEND, starts={"race": start, "qualifying": start - timedelta(minutes=2)})
    assert (len(doubts(played)), doubts(played, hour)) == (1, ())
    # Without any answer it is not asked for ever, and a race that nobody ran is cancelled.
    assert ask_at("race", start, start + timedelta(hours=48), None) is None
    assert not has_lapsed(WEEKEND.race_day, start, start + timedelta(hours=47))
    assert has_lapsed(WEEKEND.race_day, start, start + timedelta(hours=48))
    assert not has_lapsed(WEEKEND.race_day, None, start + timedelta(hours=58))
    assert has_lapsed(WEEKEND.race_day, None, start + timedelta(hours=59))


TEAMS = ("red", "blue", "green")
GRIDS = st.dictionaries(st.integers(1, 9), st.sampled_from(TEAMS), max_size=6)


@given(GRIDS, GRIDS)
def test_nobody_scores_for_two(pool: dict[int, str], entered: dict[int, str]) -> None:
    results = substitutions(pool, entered)
    assert [each.drafted for each in results] == sorted(pool.keys() - entered.keys())
    certain = [each.scores_as for each in results if isinstance(each, Substitution) and each.scores_as is not None]
    assert len(certain) == len(set(certain))
    assert set(certain) <= entered.keys() - pool.keys()
    for each in results:
        if isinstance(each, Unclear):
            assert len(each.left) != 1 or len(each.came) != 1 or pool[each.left[0]] == each.team


def test_a_seat_is_followed_until_it_is_nobodys() -> None:
    pool = {1: "red", 2: "red", 3: "blue", 4: "blue", 5: "green", 6: "green"}
    chain = {3: "red", 2: "red", 5: "blue", 4: "blue", 7: "green", 6: "green"}
    assert substitutions(pool, chain) == (Substitution(1, 7),)
    assert substitutions(pool, {each: team for each, team in chain.items() if each != 7}) == (Substitution(1, None),)
    both = {7: "red", 8: "red", 3: "blue", 4: "blue", 5: "green", 6: "green"}
    assert substitutions(pool, both) == (Unclear(1, "red", (1, 2), (7, 8)), Unclear(2, "red", (1, 2), (7, 8)))
    swapped = {3: "red", 2: "red", 1: "blue", 4: "blue", 5: "green", 6: "green"}
    assert substitutions(pool, swapped) == ()


def test_the_ranking_of_an_autopick() -> None:
    assert ranking({10: 44, 11: 1, 12: 99, 13: 7}, {11: 2, 10: 1, 14: 3}) == (10, 11, 13, 12)
    assert ranking({10: 44, 11: 1}, {}) == (11, 10)


def test_an_event_is_known_by_circuit_and_date() -> None:
    first = KnownEvent(1, 2020, date(2020, 7, 5), {"jolpica": "red_bull_ring"})
    second = KnownEvent(2, 2020, date(2020, 7, 12), {"jolpica": "red_bull_ring"})
    events = [first, second]
    assert event_of(events, "jolpica", 2020, "red_bull_ring", date(2020, 7, 4)) == 1
    assert event_of(events, "jolpica", 2020, "red_bull_ring", date(2020, 7, 12)) == 2
    assert event_of(events, "jolpica", 2020, "monza", date(2020, 7, 5)) is None
    assert event_of(events, "jolpica", 2021, "red_bull_ring", date(2020, 7, 5)) is None
    assert event_of(events, "jolpica", 2020, "red_bull_ring", date(2020, 7, 9)) == 2
    assert event_of(events, "jolpica", 2020, "red_bull_ring", date(2020, 7, 16)) is None
    assert event_of(events, "f1db", 2020, "spielberg", date(2020, 7, 5)) == 1
    near = KnownEvent(3, 2020, date(2020, 7, 7), {"jolpica": "hungaroring"})
    assert event_of([first, near], "f1db", 2020, "spielberg", date(2020, 7, 6)) is None
    assert event_of([first, near], "f1db", 2020, "hungaroring", date(2020, 7, 6)) == 3  # the other source's id, too
    unnamed = KnownEvent(4, 2020, date(2020, 7, 5), {})
    assert event_of([unnamed, near], "jolpica", 2020, "hungaroring", date(2020, 7, 6)) == 3


def test_a_new_id_is_known_by_number_and_code() -> None:
    drivers = [
        KnownDriver(1, 55, "SAI", "Sainz"),
        KnownDriver(2, 11, "PER", "Pérez"),
        KnownDriver(3, 21, None, "de Vries"),
    ]

    def one(**values: Any) -> dict[str, int]:
        return identified([Entrant(team="team", **values)], {"known": 9}, drivers)

    assert one(driver="known", car_number=55) == {"known": 9}
    assert one(driver="sainz", car_number=55, code="SAI") == {"sainz": 1}
    assert one(driver="sainz", car_number=55, code="SAB", family_name="Sainz") == {}
    assert one(driver="sainz", car_number=5, code="SAI") == {}
    assert one(driver="carlos-sainz-jr", car_number=55) == {"carlos-sainz-jr": 1}
    assert one(driver="sergio-perez", car_number=11) == {"sergio-perez": 2}
    assert one(driver="nyck-de-vries", car_number=21) == {"nyck-de-vries": 3}
    assert one(driver="sainzson", car_number=55) == {}
    twice = [Entrant(team="team", driver=driver, car_number=55, code="SAI") for driver in ("a", "b")]
    assert identified(twice, {}, drivers) == {}
    assert identified(twice, {"b": 1}, drivers) == {"b": 1}
