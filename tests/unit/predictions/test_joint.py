"""One distribution a game: its laws are distributions, and its three views never contradict each other."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.predictions.distributions.rules import Joint, Law, Runs, Student, shape_from_json

WEIGHTS = st.lists(st.floats(0.1, 3), max_size=20).map(tuple)
NO_TIES = st.lists(st.floats(0.1, 3), max_size=20).map(lambda each: (0.0, *each))
STUDENTS = st.builds(
    Student,
    margin_sd=st.floats(4, 20),
    margin_df=st.floats(4, 40),
    total_sd=st.floats(4, 25),
    weights=st.one_of(WEIGHTS, NO_TIES),
)
RUNS = st.builds(Runs, dispersion=st.floats(0.01, 0.8), weights=st.one_of(WEIGHTS, NO_TIES))
JOINTS = st.one_of(
    st.builds(Joint, margin_mean=st.floats(-25, 25), total_mean=st.floats(40, 240), shape=STUDENTS),
    st.builds(Joint, margin_mean=st.floats(-4, 4), total_mean=st.floats(3, 14), shape=RUNS),
)
GRID = st.integers(-80, 80).map(lambda halves: halves / 2)


@given(JOINTS)
def test_the_laws_are_distributions(joint: Joint) -> None:
    for law in (joint.margin, joint.total):
        assert math.fsum(law.masses) == pytest.approx(1, abs=1e-12)
        assert min(law.masses) >= 0
        last = law.first + len(law.masses)
        assert (law.below(law.first), law.above(last)) == (0, 0)
        assert law.below(last + 5) == pytest.approx(1, abs=1e-12)
    assert joint.win() + joint.loss() + joint.tie() == pytest.approx(1, abs=1e-12)
    assert joint.total.below(0) == 0


@given(JOINTS, GRID)
def test_spread_total_and_moneyline_are_views_of_one_distribution(joint: Joint, line: float) -> None:
    covers, push = joint.cover(line)
    closer, _ = joint.cover(line - 0.5)
    assert closer <= covers
    assert covers == pytest.approx(joint.margin.above(-line), abs=1e-12)
    assert covers + push + joint.margin.below(-line) == pytest.approx(1, abs=1e-12)
    assert (push > 0) <= (line == int(line))
    assert joint.cover(-0.5)[0] == pytest.approx(joint.win(), abs=1e-12)
    assert joint.cover(0) == (joint.win(), joint.tie())
    over, level = joint.over(joint.total.first + abs(line))
    assert over + level + joint.total.below(joint.total.first + abs(line)) == pytest.approx(1, abs=1e-12)
    assert joint.over(joint.total.first + abs(line) + 0.5)[0] <= over


@given(JOINTS)
def test_a_distribution_survives_json_to_the_last_bit(joint: Joint) -> None:
    read = Joint.from_json(json.loads(json.dumps(joint.to_json())))
    assert read == joint
    assert (read.win(), read.margin.masses, read.total.masses) == (joint.win(), joint.margin.masses, joint.total.masses)


@given(JOINTS, st.floats(0.01, 0.99))
def test_quantiles_invert_the_distribution(joint: Joint, probability: float) -> None:
    law = joint.margin
    place = law.quantile(probability)
    whole = math.floor(place + 0.5)
    assert law.below(whole) - 1e-9 <= probability <= law.at_most(whole) + 1e-9
    low, high = law.interval(0.8)
    assert low <= law.median <= high


@given(JOINTS, st.integers(-60, 60))
def test_scores_are_their_definitions(joint: Joint, margin: int) -> None:
    law = joint.margin
    points = range(min(law.first, margin), max(law.first + len(law.masses), margin) + 1)
    integral = math.fsum((law.at_most(each) - (each >= margin)) ** 2 for each in points)
    assert law.crps(margin) == pytest.approx(integral, abs=1e-9)
    assert law.log_score(margin) == pytest.approx(-math.log(max(law.mass(margin), 1e-12)))


@given(JOINTS)
def test_the_expected_log_score_is_least_for_the_law_itself(joint: Joint) -> None:
    """The score is proper: who believes a law loses by stating another."""
    law = joint.margin
    other = Law(law.first, [*law.masses[1:], law.masses[0] + 1e-6])
    own, stated = (
        math.fsum(mass * each.log_score(law.first + index) for index, mass in enumerate(law.masses) if mass)
        for each in (law, other)
    )
    assert own <= stated + 1e-9


def test_a_student_without_weights_has_the_moments_it_states() -> None:
    joint = Joint(margin_mean=3.3, total_mean=221.7, shape=Student(margin_sd=12.5, margin_df=30, total_sd=18))
    assert (joint.margin.mean, joint.margin.sd) == (pytest.approx(3.3, abs=1e-6), pytest.approx(12.5, rel=1e-4))
    assert (joint.total.mean, joint.total.sd) == (pytest.approx(221.7, abs=1e-6), pytest.approx(18, rel=1e-6))


def test_runs_are_the_sum_and_difference_of_two_negative_binomials() -> None:
    joint = Joint(margin_mean=0.5, total_mean=9, shape=Runs(dispersion=0.3))
    variance = sum(mean + 0.3 * mean**2 for mean in (4.75, 4.25))
    for law, mean in ((joint.margin, 0.5), (joint.total, 9)):
        assert law.mean == pytest.approx(mean, abs=1e-4)
        assert law.sd == pytest.approx(math.sqrt(variance), rel=1e-3)


@pytest.mark.parametrize(
    "faulty",
    [
        {"kind": "cauchy"},
        {"kind": "student", "margin_sd": 12, "margin_df": 2, "total_sd": 17, "weights": []},
        {"kind": "student", "margin_sd": -1, "margin_df": 9, "total_sd": 17, "weights": []},
        {"kind": "student", "margin_sd": 12, "margin_df": 9, "total_sd": 17, "weights": [-1]},
        {"kind": "student", "margin_sd": 12},
        {"kind": "runs", "dispersion": 0, "weights": []},
        {},
    ],
)
def test_what_is_no_shape_is_refused(faulty: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"shape|standard|degrees|weights|dispersion"):
        shape_from_json(faulty)


def test_what_is_no_distribution_is_refused() -> None:
    with pytest.raises(ValueError, match="sum"):
        Law(0, [0.0, 0.0])
    with pytest.raises(ValueError, match="finite"):
        Joint(margin_mean=math.nan, total_mean=200, shape=Runs(dispersion=0.3))
    with pytest.raises(ValueError, match="joint"):
        Joint.from_json({"margin_mean": 1})
    with pytest.raises(ValueError, match="between 0 and 1"):
        Law(0, [1.0]).quantile(1.5)
