"""The gate's limits where there are few games, and the gate of players."""

import random
from dataclasses import replace

import pytest

from pickvs.predictions.gate.chance.rules import limits_for
from pickvs.predictions.gate.players.rules import PlayerTrial, judge_players
from pickvs.predictions.gate.rules import Limits, Outcome, Trial, judge


def drawn(draw: random.Random, games: int) -> list[float]:
    return [min(0.95, max(0.05, draw.gauss(0.57, 0.17))) for _ in range(games)]


def test_two_seasons_of_basketball_are_judged_as_the_limits_say() -> None:
    found = limits_for(drawn(random.Random(1), 2460))  # noqa: S311 - no secret
    assert found.slope == Limits().slope
    assert found.cover == Limits().cover
    assert found.calibration_error_of_few == pytest.approx(Limits().calibration_error_of_few, abs=0.003)


@pytest.mark.parametrize("games", [480, 540, 1000])
def test_the_truth_is_let_through_and_overconfidence_is_not(games: int) -> None:
    """A model that knows the probabilities, against a coin: chance alone may stop it in one case of four."""
    draw = random.Random(games)  # noqa: S311 - no secret
    outcomes: dict[str, int] = {"truth": 0, "overconfident": 0}
    for _ in range(60):
        truth = drawn(draw, games)
        won = [draw.random() < each for each in truth]
        for name, said in (("truth", truth), ("overconfident", [0.5 + 2.4 * (each - 0.5) for each in truth])):
            bounded = [min(0.99, max(0.01, each)) for each in said]
            trials = [
                Trial(game=number, season=number % 2, has_won=has_won, champion=0.5, challenger=each)
                for number, (each, has_won) in enumerate(zip(bounded, won, strict=True))
            ]
            outcomes[name] += judge(trials, {}, limits_for(bounded)).outcome is Outcome.PROMOTED
    assert outcomes["truth"] >= 45
    assert outcomes["overconfident"] <= 3


def lines(draw: random.Random, better: float, days: int = 30) -> list[PlayerTrial]:
    """Lines on which the challenger's score is `better` times the yardstick's."""
    return [
        PlayerTrial(
            day=day,
            yardstick={"points": yard, "rebounds": yard / 3},
            challenger={"points": yard * better * draw.uniform(0.9, 1.1), "rebounds": yard / 3 * better},
        )
        for day in range(days)
        for _ in range(50)
        for yard in [draw.expovariate(1 / 3)]
    ]


@pytest.mark.parametrize(
    ("better", "outcome"),
    [(0.97, Outcome.PROMOTED), (1.0, Outcome.STAYS), (1.02, Outcome.STAYS), (0.5, Outcome.BLOCKED)],
)
def test_a_challenger_of_players_gets_the_verdict_that_it_deserves(better: float, outcome: Outcome) -> None:
    found = judge_players(lines(random.Random(4), better), {"points": 0.8, "rebounds": 0.82})  # noqa: S311 - no secret
    assert found.outcome is outcome
    assert (found.reasons == ()) == (outcome is Outcome.PROMOTED)
    assert found.difference.value == pytest.approx(better - 1, abs=0.005)


def test_a_challenger_of_players_is_stopped_by_each_limit() -> None:
    draw = random.Random(5)  # noqa: S311 - no secret
    good = {"points": 0.8}
    assert "hold 70.0% of points" in judge_players(lines(draw, 0.97), {"points": 0.7}).reasons[0]
    assert "days to judge by" in judge_players(lines(draw, 0.97, days=10), good).reasons[0]
    worse = [
        replace(each, challenger={**each.challenger, "rebounds": 1.02 * each.yardstick["rebounds"]})
        for each in lines(draw, 0.9)
    ]
    assert judge_players(worse, good).reasons == ("it is worse by 2.0% in rebounds",)
    with pytest.raises(ValueError, match="same statistics"):
        judge_players([PlayerTrial(day=1, yardstick={"points": 1}, challenger={"rebounds": 1})], good)
