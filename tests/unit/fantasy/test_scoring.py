"""Ledgers, tables and ranks: what holds for any table and any facts, and another sport by the same rules."""

import json
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pickvs.core.errors import Invalid
from pickvs.fantasy.events.formula_one.presets import preset_bodies
from pickvs.fantasy.events.formula_one.rules import FORMULA_ONE
from pickvs.fantasy.events.rules import Fact, Vocabulary, differences, digest_of
from pickvs.fantasy.scoring.presets import DEFAULT
from pickvs.fantasy.scoring.requests import TableBody, table_of
from pickvs.fantasy.scoring.rules import SHORTENED, Table, score, shortened, totals
from pickvs.fantasy.scoring.ties.rules import EventRow, SeasonRow, event_ranks, season_ranks
from tests.support.scoring_tables import presets

AMOUNTS = st.decimals(-1_000, 1_000, places=2).map(float)
WHERE = {"id": st.uuids().map(lambda each: each.hex), "session": st.sampled_from(["sprint", "race"])}
PLACES = st.none() | st.integers(1, 20)
RULES = st.one_of(
    st.fixed_dictionaries(
        {**WHERE, "kind": st.just("by_position"), "points": st.lists(AMOUNTS, min_size=1, max_size=30)},
        optional={"beyond": AMOUNTS},
    ),
    st.fixed_dictionaries(
        {**WHERE, "kind": st.just("per_place"), "gained": AMOUNTS, "lost": AMOUNTS},
        optional={"most": st.integers(1, 5)},
    ),
    st.fixed_dictionaries(
        {**WHERE, "kind": st.just("flag"), "fact": st.sampled_from(["fastest_lap", "no_time"]), "points": AMOUNTS},
        optional={"within": st.integers(1, 20)},
    ),
    st.fixed_dictionaries(
        {
            **WHERE,
            "kind": st.just("by_status"),
            "points": st.dictionaries(st.sampled_from(["dnf", "nc", "dsq", "dns"]), AMOUNTS, min_size=1),
        }
    ),
)
BODIES = st.lists(RULES, min_size=1, max_size=6).map(lambda rules: {"sport": "formula_one", "rules": rules})
FACTS = st.lists(
    st.builds(
        lambda contestant, status, position, grid, flags: Fact(
            contestant=contestant,
            status=status,
            position=position if status == "classified" else None,
            grid=grid,
            flags=frozenset(flags),
        ),
        st.integers(1, 30),
        st.sampled_from(["classified", "classified", "dnf", "dns"]),
        st.integers(1, 25),
        PLACES,
        st.sets(st.sampled_from(["fastest_lap", "no_time"])),
    ),
    max_size=20,
    unique_by=lambda fact: fact.contestant,
)


def read(body: object) -> Table:
    return table_of(TableBody.model_validate_json(json.dumps(body)), FORMULA_ONE)


def expected(rules: list[dict[str, Any]], fact: Fact, session: str) -> Decimal:
    """Points by the words of the schema, rule by rule."""
    total = Decimal()
    for rule in (each for each in rules if each["session"] == session):
        kind, place = rule["kind"], fact.position
        if kind == "by_position" and place is not None:
            points = [*rule["points"], *[rule.get("beyond", 0)] * 30]
            total += Decimal(str(points[place - 1]))
        elif kind == "per_place" and place is not None and fact.grid is not None:
            for each in [rule["gained"] if fact.grid > place else rule["lost"]] * min(
                abs(fact.grid - place), rule.get("most", 100)
            ):
                total += Decimal(str(each))
        elif kind == "flag" and rule["fact"] in fact.flags:
            within = rule.get("within")
            total += Decimal(str(rule["points"])) if within is None or (place or 99) <= within else 0
        elif kind == "by_status":
            total += Decimal(str(rule["points"].get(fact.status, 0)))
    return total


@given(BODIES, FACTS, st.randoms())
def test_a_ledger_adds_up_to_the_points_whatever_the_order_of_rows(body: Any, facts: list[Fact], random: Any) -> None:
    table = read(body)
    shuffled = random.sample(facts, len(facts))
    assert digest_of(shuffled) == digest_of(facts)
    assert differences(facts, shuffled) == ()
    for session in ("sprint", "race"):
        lines = score(table, session, facts)
        assert score(table, session, shuffled) == lines
        assert all(line.points and line.session == session for line in lines)
        sums = totals(lines)
        for fact in facts:
            assert sums.get(fact.contestant, 0) == expected(body["rules"], fact, session)


@given(BODIES, FACTS, st.fractions(0, 1, max_denominator=8))
def test_a_shortened_ledger_adds_up_to_the_share(body: Any, facts: list[Fact], share: Fraction) -> None:
    lines = score(read(body), "race", facts)
    full, left = totals(lines), totals(shortened(lines, share))
    assert [line for line in shortened(lines, share) if line.rule != SHORTENED] == list(lines)
    for contestant, points in full.items():
        assert abs(Fraction(left[contestant]) - Fraction(points) * share) <= Fraction(1, 200)


# So few values that two accounts are often the same, in another order.
FEW_FACTS = st.lists(
    st.builds(
        lambda contestant, place, grid, flags, points: Fact(
            contestant=contestant,
            status="classified" if place else "dnf",
            position=place,
            grid=grid,
            flags=frozenset(flags),
            official_points=points,
        ),
        st.integers(1, 2),
        st.sampled_from([None, 1]),
        st.sampled_from([None, 1]),
        st.sampled_from([(), ("fastest_lap",)]),
        st.sampled_from([None, Decimal(0), Decimal("0.0")]),
    ),
    max_size=2,
    unique_by=lambda fact: fact.contestant,
)


@given(FEW_FACTS, FEW_FACTS)
def test_facts_have_one_digest_exactly_if_they_differ_in_nothing(one: list[Fact], other: list[Fact]) -> None:
    assert (digest_of(one) == digest_of(other)) == (differences(one, other) == ())


def test_presets_are_tables_like_any_other() -> None:
    assert DEFAULT in presets()
    assert presets().keys() == preset_bodies().keys() == {"weekend@1", "midfield@1", "standard@1"}
    for name, table in presets().items():
        assert read(preset_bodies()[name]) == table
    assert len({table.sha256 for table in presets().values()}) == 3


RULE = {"id": "a", "session": "race", "kind": "flag", "fact": "fastest_lap", "points": 1}


@pytest.mark.parametrize(
    ("rule", "field", "says"),
    [
        (RULE | {"session": "qualification"}, "rules[0].session", "must be qualifying or sprint or race"),
        (RULE | {"fact": "overtakes"}, "rules[0].fact", "must be driver_of_the_day or fastest_lap or no_time"),
        (RULE | {"id": "shortened"}, "rules[0].id", "must not be shortened, which is the name of a reduction"),
        (
            {"id": "a", "session": "qualifying", "kind": "per_place", "gained": 1, "lost": -1},
            *("rules[0].session", "has no starting order; must be race or sprint"),
        ),
        (
            {"id": "a", "session": "race", "kind": "by_status", "points": {"retired": -1}},
            *("rules[0].points", "names must each be dnf or dns or dsq or nc"),
        ),
        (
            {"id": "a", "session": "race", "kind": "per_unit", "fact": "rebounds", "points": 1},
            *("rules[0].fact", "is nothing that this sport has"),
        ),
    ],
)
def test_a_word_that_the_sport_does_not_have_is_named(rule: Any, field: str, says: str) -> None:
    with pytest.raises(Invalid) as caught:
        read({"sport": "formula_one", "rules": [rule]})
    assert [(error.field, error.message) for error in caught.value.errors] == [(field, says)]


@pytest.mark.parametrize(
    "change",
    [
        *({"points": each} for each in ("1", True, None, 1_000.01, 0.001, [1])),
        *({"id": each} for each in ("", "A", "a b", "a" * 41)),
        *({"kind": "bonus"}, {"within": 0}, {"within": 1.5}, {"extra": 1}),
    ],
)
def test_a_malformed_table_is_refused(change: Any) -> None:
    with pytest.raises(ValidationError):
        read({"sport": "formula_one", "rules": [RULE | change]})


def test_a_table_has_up_to_forty_rules_of_different_names() -> None:
    rules = [RULE | {"id": f"rule_{number}"} for number in range(41)]
    assert len(read({"sport": "formula_one", "rules": rules[:40]}).rules) == 40
    for wrong in (rules, []):
        with pytest.raises(ValidationError):
            read({"sport": "formula_one", "rules": wrong})
    with pytest.raises(Invalid):
        read({"sport": "formula_one", "rules": [RULE, RULE]})


def test_another_sport_by_the_same_rules() -> None:
    basketball = Vocabulary(
        sport="basketball", sessions=("game",), measures=frozenset({"points", "rebounds"}), flags=frozenset({"started"})
    )
    rules = [
        {"id": "points", "session": "game", "kind": "per_unit", "fact": "points", "points": 1},
        {"id": "rebounds", "session": "game", "kind": "per_unit", "fact": "rebounds", "points": 1.25},
        {"id": "started", "session": "game", "kind": "flag", "fact": "started", "points": 2},
    ]
    table = table_of(TableBody.model_validate({"sport": "basketball", "rules": rules}), basketball)
    measures = (("points", Decimal(26)), ("rebounds", Decimal(11)))
    fact = Fact(contestant=7, status="played", flags=frozenset({"started"}), measures=measures)
    lines = score(table, "game", [fact])
    assert [(line.detail, line.points) for line in lines] == [
        ("26 points", Decimal(26)),
        ("11 rebounds", Decimal("13.75")),
        ("started", Decimal(2)),
    ]
    with pytest.raises(Invalid, match="See `errors`"):
        table_of(TableBody.model_validate({"sport": "basketball", "rules": rules}), FORMULA_ONE)


def decimals(*numbers: int) -> list[Decimal]:
    return [Decimal(number) for number in numbers]


def test_ties_of_an_event() -> None:
    rows = event_ranks(
        {1: decimals(10, 20), 2: decimals(25, 5), 3: decimals(20, 10), 4: decimals(30), 5: [], 6: decimals(10, -10)}
    )
    assert [(row.constructor, row.rank, row.is_tied) for row in rows] == [
        (4, 1, False),
        (2, 2, False),
        *((1, 3, True), (3, 3, True)),
        (6, 5, False),  # a pick beats no pick
        (5, 6, False),
    ]
    two = event_ranks({1: decimals(20, 5, 5), 2: decimals(0, 20, 10)})
    assert [(row.constructor, row.rank) for row in two] == [(2, 1), (1, 2)]
    assert (rows[0].best, rows[0].second, rows[-1].best) == (Decimal(30), None, None)


def test_ties_of_a_season() -> None:
    events = [
        event_ranks({1: decimals(30, 0), 2: decimals(20, 0), 3: decimals(10, 0)}),
        event_ranks({1: decimals(10, 0), 2: decimals(20, 0), 3: decimals(30, 0)}),
        event_ranks({1: decimals(5, 0), 2: decimals(5, 0), 3: decimals(5, 0)}),
    ]
    rows = season_ranks(events, [9])
    # All have 45. 1 and 3 have two firsts each (one of them shared), 2 has one.
    assert [(row.constructor, row.rank, row.is_tied) for row in rows] == [
        *((1, 1, True), (3, 1, True)),
        (2, 3, False),
        (9, 4, False),
    ]
    assert [(row.wins, row.podiums) for row in rows] == [(2, 3), (2, 3), (1, 3), (0, 0)]
    assert rows[0].countback == (2, 0, 1)


@pytest.mark.parametrize(
    ("points", "order"),
    [
        ([(10, 4), (10, 4), (0, 12)], [1, 2]),  # two firsts before one, though the other's best event is better
        ([(30, 10), (15, 35)], [2, 1]),  # as many firsts and seconds: the best event
    ],
)
def test_what_decides_between_equal_seasons(points: list[tuple[int, int]], order: list[int]) -> None:
    events = [event_ranks({1: decimals(first), 2: decimals(second)}) for first, second in points]
    rows = season_ranks(events)
    assert [(row.constructor, row.rank) for row in rows] == [(order[0], 1), (order[1], 2)]
    assert rows[0].points == rows[1].points


@given(st.lists(st.dictionaries(st.integers(1, 5), st.lists(st.integers(-3, 3).map(Decimal), max_size=3)), max_size=4))
def test_ranks_are_competition_ranks(picks: list[dict[int, list[Decimal]]]) -> None:
    boards = [event_ranks(each) for each in picks]
    every: list[Sequence[EventRow | SeasonRow]] = [*boards, season_ranks(boards)]
    for rows in every:
        for number, row in enumerate(rows, start=1):
            same = [other for other in rows if other.rank == row.rank]
            assert row.rank == number - same.index(row)
            assert row.is_tied == (len(same) > 1)
            assert len({(other.points, other.best) for other in same}) == 1
        assert all(first.points >= second.points for first, second in pairwise(rows))
