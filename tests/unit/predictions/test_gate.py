"""The gate: four constructed challengers get the four right verdicts, and each limit is a limit."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from pickvs.predictions.gate.rules import Limits, Outcome, Trial, judge
from pickvs.predictions.measures.calibration.rules import logistic

HONEST = {0.5: 0.501, 0.8: 0.79, 0.95: 0.943}
GAMES = 2600


def trials(challenger: Callable[[float, float, bool], float], *, seed: int = 11, games: int = GAMES) -> list[Trial]:
    """Return two seasons. A game has a true logit; the market sees nearly all of it, the champion less.

    challenger: its probability from the true logit, the champion's logit and the result.
    """
    chance = random.Random(seed)  # noqa: S311
    rows = []
    for game in range(games):
        seen = chance.gauss(0.3, 0.75)
        hidden = chance.gauss(0, 0.35)
        result = chance.random() < logistic(seen + hidden)
        rows.append(
            Trial(
                game=game,
                season=2020 + (game >= games // 2),
                has_won=result,
                champion=logistic(0.95 * seen),
                challenger=challenger(seen + hidden, 0.95 * seen, result),
                market=logistic(seen + 0.9 * hidden),
                segments=frozenset({"play-offs"} if game % 16 == 0 else ()),
            )
        )
    return rows


def test_a_better_and_calibrated_challenger_is_promoted_without_a_reason() -> None:
    verdict = judge(trials(lambda truth, champion, _: logistic(0.55 * champion / 0.95 + 0.45 * truth)), HONEST)
    assert verdict.outcome is Outcome.PROMOTED
    assert not verdict.reasons
    assert verdict.difference.value < 0 < verdict.to_market.value


def test_a_calibrated_worse_challenger_stays() -> None:
    verdict = judge(trials(lambda _, champion, __: logistic(0.3 + 0.9 * (champion - 0.3))), HONEST)
    worse = judge(trials(lambda _, __, ___: 0.571), HONEST)
    assert verdict.outcome is worse.outcome is Outcome.STAYS
    assert worse.difference.value > 0.05
    assert "log loss is not below the champion's" in worse.reasons[0]


def test_an_overconfident_better_challenger_stays_for_its_slope() -> None:
    verdict = judge(trials(lambda truth, _, __: logistic(1.25 * truth)), HONEST)
    assert verdict.outcome is Outcome.STAYS
    assert verdict.difference.value < 0
    assert any("overconfident" in reason for reason in verdict.reasons)


@pytest.mark.parametrize("share", [1.0, 0.15])
def test_a_leaking_challenger_is_blocked(share: float) -> None:
    """The result itself as a feature, fully or with a small weight."""
    leaking = judge(trials(lambda truth, _, won: logistic((1 - share) * truth + share * (9 if won else -9))), HONEST)
    assert leaking.outcome is Outcome.BLOCKED
    assert "look for leakage" in leaking.reasons[0]


def test_an_equal_challenger_stays() -> None:
    same = judge(trials(lambda _, champion, __: logistic(champion)), HONEST)
    assert same.outcome is Outcome.STAYS
    assert same.difference.value == 0
    # Equal but for noise: whatever the draw, the bound is not passed by chance alone more often than it promises.
    promoted = 0
    for seed in range(8):
        chance = random.Random(seed)  # noqa: S311
        verdict = judge(
            trials(lambda _, champion, __, chance=chance: logistic(champion + chance.gauss(0, 0.15)), seed=seed), HONEST
        )
        promoted += verdict.outcome is Outcome.PROMOTED
    assert promoted <= 2


BETTER = trials(lambda truth, champion, _: logistic(0.55 * champion / 0.95 + 0.45 * truth))


@pytest.mark.parametrize("promised", [0.5, 0.8, 0.95])
@pytest.mark.parametrize(("off", "is_within"), [(-0.0201, False), (-0.0199, True), (0.0199, True), (0.0201, False)])
def test_the_cover_of_each_interval_is_within_its_limit(promised: float, off: float, *, is_within: bool) -> None:
    verdict = judge(BETTER, {**HONEST, promised: promised + off})
    assert (verdict.outcome is Outcome.PROMOTED) == is_within


def test_each_limit_decides_just_where_the_figure_is() -> None:
    """With the limit at the figure the challenger passes; a hair beyond it does not."""
    verdict = judge(BETTER, HONEST)
    assert verdict.slope is not None
    hair = 1e-9
    passing = Limits(calibration_error_of_few=verdict.calibration_error, slope=(verdict.slope, verdict.slope))
    assert judge(BETTER, HONEST, passing).outcome is Outcome.PROMOTED
    for limits in (
        Limits(calibration_error_of_few=verdict.calibration_error - hair),
        Limits(slope=(verdict.slope + hair, 2)),
        Limits(slope=(0, verdict.slope - hair)),
        Limits(noise=verdict.upper),
        Limits(segment=verdict.by_segment["play-offs"].value - hair),
        Limits(games=GAMES + 1),
        Limits(seasons=3),
        Limits(many_games=GAMES, calibration_error=verdict.calibration_error - hair),
    ):
        judged = judge(BETTER, HONEST, limits)
        assert judged.outcome is Outcome.STAYS
        assert len(judged.reasons) == 1


def test_a_segment_of_few_games_is_not_judged() -> None:
    bad = [
        replace(trial, segments=frozenset({"rare"}), challenger=0.5, champion=0.95 if trial.has_won else 0.05)
        if trial.game < 49
        else trial
        for trial in BETTER
    ]
    assert not [reason for reason in judge(bad, HONEST).reasons if "rare" in reason]
    assert [reason for reason in judge(bad, HONEST, Limits(segment_games=49)).reasons if "'rare' of 49 games" in reason]


def test_a_challenger_without_a_market_beside_it_is_judged_by_the_rest() -> None:
    verdict = judge([replace(trial, market=None) for trial in BETTER], {})
    assert verdict.outcome is Outcome.PROMOTED
    assert verdict.to_market.count == 0


def test_what_cannot_be_judged_is_refused() -> None:
    with pytest.raises(ValueError, match="by games"):
        judge([], {})
    with pytest.raises(ValueError, match="twice"):
        judge([BETTER[0], BETTER[0]], {})
    constant = judge([replace(trial, challenger=0.5) for trial in BETTER], {})
    assert any("no slope" in reason for reason in constant.reasons)
