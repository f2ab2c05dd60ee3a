"""Skill against the formula's own properties, and against simulated users whose true edge is known."""

import random
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.standings.rules import PRIOR_SD, Skill, skill

PROFIT = 100 / 110  # for a stake of one unit at -110


def record(wins: int, losses: int, profit: float = PROFIT) -> Skill:
    """Return the skill of a record of picks of one unit each."""
    units = wins * Decimal(str(profit)) - losses
    return skill(units, Decimal(wins + losses), (wins + losses) * Decimal(str(profit)))


def wins_of(chance: float, picks: int, luck: random.Random) -> int:
    return luck.binomialvariate(picks, chance)


def test_a_worked_example() -> None:
    # 20 picks at even money, 14 won: r = 0.4, V = 20 / 400 = 0.05, mean = 0.4 x 0.0025 / 0.0525,
    # standard deviation = sqrt(0.0025 x 0.05 / 0.0525) = 0.048795.
    assert record(14, 6, 1.0) == Skill(Decimal("1.90"), Decimal("-7.66"), Decimal("11.47"))


def test_no_pick_moves_far_and_many_move_all_the_way() -> None:
    few = [record(11 * many, 9 * many).estimate for many in (1, 10, 100, 10_000)]
    roi = Decimal(100) * (11 * Decimal(str(PROFIT)) - 9) / 20
    assert all(earlier < later for earlier, later in pairwise(few))
    assert few[0] < roi / 10
    assert roi - Decimal("0.05") < few[-1] < roi


@given(
    units=st.decimals(-500, 500, places=4),
    wagered=st.decimals(Decimal("0.5"), 500, places=1),
    profit=st.decimals(Decimal("0.01"), 50, places=2),
)
def test_the_estimate_lies_between_nothing_and_roi_inside_its_interval(
    units: Decimal, wagered: Decimal, profit: Decimal
) -> None:
    found = skill(units, wagered, wagered * profit)
    roi = 100 * units / wagered
    assert min(Decimal(0), roi) - Decimal("0.005") <= found.estimate <= max(Decimal(0), roi) + Decimal("0.005")
    assert found.low <= found.estimate <= found.high
    assert found.high - found.low <= 2 * Decimal("1.96") * 100 * PRIOR_SD + Decimal("0.01")


def test_longshots_prove_less_than_favourites_at_the_same_roi() -> None:
    assert record(22, 178, 9.0).estimate < record(110, 90, 1.0).estimate


@dataclass
class Contest:
    """Two users with 2,000 picks each at -110: one guesses at random, one is right in 55 % of all cases."""

    tosser: Skill
    picker: Skill


@pytest.fixture(scope="module")
def contests() -> list[Contest]:
    luck = random.Random(2024)  # noqa: S311 - a simulation, not a secret
    played = []
    for _ in range(2_000):
        tossed, picked = wins_of(0.5, 2_000, luck), wins_of(0.55, 2_000, luck)
        played.append(Contest(record(tossed, 2_000 - tossed), record(picked, 2_000 - picked)))
    return played


def test_the_better_picker_stands_above_the_coin_tosser(contests: list[Contest]) -> None:
    # The difference of their win rates is 5 %, with a standard deviation of 1.6 %: 99.9 % are expected.
    above = sum(contest.picker.estimate > contest.tosser.estimate for contest in contests)
    assert above > 0.995 * len(contests)


def test_the_better_picker_is_usually_proven_and_the_coin_tosser_never_is(contests: list[Contest]) -> None:
    assert sum(contest.picker.low > 0 for contest in contests) > 0.5 * len(contests)
    assert sum(contest.tosser.low > 0 for contest in contests) < 0.001 * len(contests)


@pytest.mark.parametrize("wins", [13, 14, 15, 16, 17])
def test_a_lucky_streak_of_twenty_stands_below_the_proven_picker(wins: int) -> None:
    assert record(wins, 20 - wins).estimate < record(1_100, 900).estimate
    assert record(wins, 20 - wins).low < 0 < record(1_100, 900).low


@pytest.mark.parametrize("picks", [20, 200, 2_000])
def test_the_interval_holds_the_truth_as_often_as_it_says(picks: int) -> None:
    luck = random.Random(picks)  # noqa: S311
    held, rounds = 0, 4_000
    for _ in range(rounds):
        edge = luck.gauss(0, float(PRIOR_SD))
        wins = wins_of((1 + edge) / (1 + PROFIT), picks, luck)
        found = record(wins, picks - wins)
        held += float(found.low) <= 100 * edge <= float(found.high)
    # Three standard deviations of a share of 4,000, plus the error of the normal approximation.
    assert 0.935 < held / rounds < 0.965
