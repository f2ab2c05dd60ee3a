"""Measures against definitions, and against what a sample from the forecast itself must score."""

import math
import random
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.predictions.facts.rules import Fixture, Line
from pickvs.predictions.measures import rules as measures
from pickvs.predictions.measures.calibration import rules as calibration
from pickvs.predictions.measures.drift import rules as drift
from pickvs.predictions.measures.prices import rules as prices
from pickvs.predictions.measures.segments import rules as segments

PROBABILITIES = st.floats(0.01, 0.99)
AMERICAN = st.integers(100, 5000).flatmap(lambda odds: st.sampled_from((odds, -odds)))


def drawn(count: int, *, seed: int = 1, stretch: float = 1.0) -> tuple[list[float], list[bool]]:
    """Return probabilities and results that happen with just these, the logits stretched afterwards."""
    chance = random.Random(seed)  # noqa: S311
    truths = [chance.uniform(0.05, 0.95) for _ in range(count)]
    happened = [chance.random() < truth for truth in truths]
    return [calibration.logistic(stretch * calibration.logit(truth)) for truth in truths], happened


@given(st.lists(st.tuples(PROBABILITIES, st.booleans()), min_size=2, max_size=40))
def test_scores_are_means_of_their_definitions(pairs: list[tuple[float, bool]]) -> None:
    scores = measures.scores([p for p, _ in pairs], [won for _, won in pairs])
    assert scores.log_loss.value == pytest.approx(-sum(math.log(p if won else 1 - p) for p, won in pairs) / len(pairs))
    assert scores.brier.value == pytest.approx(sum((p - won) ** 2 for p, won in pairs) / len(pairs))
    assert scores.accuracy == sum((p > 0.5) == won for p, won in pairs) / len(pairs)


@given(PROBABILITIES, PROBABILITIES)
def test_nobody_scores_better_than_the_truth(truth: float, said: float) -> None:
    for loss in (measures.log_loss, measures.brier):
        honest, other = (truth * loss(p, happened=True) + (1 - truth) * loss(p, happened=False) for p in (truth, said))
        assert honest <= other + 1e-12


def test_what_was_ruled_out_costs_everything_and_no_probability_is_refused() -> None:
    assert measures.log_loss(0.0, happened=True) == measures.log_loss(1.0, happened=False) == math.inf
    assert measures.log_loss(1.0, happened=True) == 0
    with pytest.raises(ValueError, match="not a probability"):
        measures.log_loss(1.2, happened=True)
    with pytest.raises(ValueError, match="no forecast"):
        measures.scores([], [])


def test_a_pair_says_more_than_two_means() -> None:
    ours, won = drawn(600)
    theirs, _ = drawn(600, stretch=1.1)
    a, b = ([measures.log_loss(p, happened=w) for p, w in zip(ps, won, strict=True)] for ps in (ours, theirs))
    difference = measures.paired(a, b)
    assert difference.value == pytest.approx(measures.mean(a).value - measures.mean(b).value)
    assert difference.error < measures.mean(a).error / 3
    low, high = measures.bootstrap([x - y for x, y in zip(a, b, strict=True)], range(600), seed=3)
    assert (low, high) == pytest.approx(difference.interval(), abs=difference.error / 3)
    # Values that only ever come together tell no more than one of them.
    twice = [each for each in (x - y for x, y in zip(a, b, strict=True)) for _ in (1, 2)]
    assert measures.bootstrap(twice, [place // 2 for place in range(1200)], seed=3) == pytest.approx((low, high))


@pytest.mark.parametrize(("stretch", "slope"), [(1.0, 1.0), (1.5, 1 / 1.5), (0.5, 2.0)])
def test_the_slope_undoes_what_was_done_to_the_logits(stretch: float, slope: float) -> None:
    said, won = drawn(8000, stretch=stretch)
    truth, _ = drawn(8000)
    fit = calibration.calibration_slope(said, won)
    assert fit.slope == pytest.approx(slope, rel=0.06)
    assert fit.intercept == pytest.approx(0, abs=0.06)
    # At the greatest likelihood, the residuals weigh nothing, alone and against x.
    x = [calibration.logit(p) for p in said]
    residuals = [w - fit(value) for value, w in zip(x, won, strict=True)]
    assert sum(residuals) == pytest.approx(0, abs=1e-6)
    assert sum(r * value for r, value in zip(residuals, x, strict=True)) == pytest.approx(0, abs=1e-6)
    error = calibration.expected_calibration_error(calibration.reliability(said, won))
    assert (error < 0.02) == (stretch == 1.0)
    assert calibration.expected_calibration_error(calibration.reliability(truth, won)) <= error


def test_a_slope_that_does_not_exist_is_refused() -> None:
    for x, won in (([1.0, 2.0], [True, True]), ([1.0, 1.0], [True, False]), ([-1.0, 1.0], [False, True])):
        with pytest.raises(ValueError, match="a slope needs"):
            calibration.fit_logistic(x, won)


def test_bins_hold_every_forecast_and_the_truth_within_their_intervals() -> None:
    said, won = drawn(5000)
    bins = calibration.reliability([*said, 0.0, 1.0], [*won, False, True])
    assert sum(each.count for each in bins) == 5002
    assert all(each.low <= each.forecast <= each.high for each in bins)
    assert sum(low <= each.forecast <= high for each in bins for low, high in [each.interval]) >= len(bins) - 2
    assert calibration.bias(said, won) == pytest.approx(0, abs=0.02)
    assert calibration.wilson(0, 0) == (0, 1)
    low, high = calibration.wilson(0, 10)
    assert low == pytest.approx(0)
    assert 0.2 < high < 0.3


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=9), st.floats(0.05, 0.99))
def test_a_law_on_whole_points_covers_just_what_it_promises(weights: list[float], promised: float) -> None:
    masses = [weight / sum(weights) for weight in weights]
    below = [sum(masses[:place]) for place in range(len(masses))]
    expected = sum(
        mass * calibration.discrete_cover([start], [mass], promised) for start, mass in zip(below, masses, strict=True)
    )
    assert expected == pytest.approx(promised)
    parts = [
        [mass * share for share in calibration.pit_histogram([start], [mass], bins=7)]
        for start, mass in zip(below, masses, strict=True)
    ]
    assert [sum(part) for part in zip(*parts, strict=True)] == pytest.approx([1 / 7] * 7)


def test_closed_intervals_hold_their_ends() -> None:
    assert calibration.cover([(1, 2), (1, 2), (1, 2), (1, 2)], [1, 2, 0.9, 2.1]) == 0.5


@given(AMERICAN)
def test_a_bet_at_its_implied_probability_is_worth_nothing(odds: int) -> None:
    probability, gain = prices.implied(odds), prices.profit_of(odds)
    assert probability * gain == pytest.approx(1 - probability)
    worth = prices.profit([prices.Bet(odds, has_won=True, probability=probability)])
    assert worth.luck_mean == pytest.approx(0, abs=1e-12)
    assert worth.luck_deviation**2 == pytest.approx(probability * gain**2 + 1 - probability)


@given(AMERICAN, AMERICAN)
def test_fair_probabilities_of_both_sides_are_one(home: int, away: int) -> None:
    fair = prices.fair_home_win(Line(home_moneyline=home, away_moneyline=away))
    mirrored = prices.fair_home_win(Line(home_moneyline=away, away_moneyline=home))
    margin = prices.implied(home) + prices.implied(away) - 1
    assert (fair is None) == (mirrored is None) == (not 0 <= margin <= 0.15)
    if fair is not None and mirrored is not None:
        assert fair + mirrored == pytest.approx(1)


@pytest.mark.parametrize(("home", "away"), [(None, -110), (-110, None), (0, -110), (99, -110)])
def test_prices_that_are_none_say_nothing(home: int | None, away: int | None) -> None:
    assert prices.fair_home_win(Line(home_moneyline=home, away_moneyline=away)) is None


def test_profit_is_beside_what_luck_alone_would_win() -> None:
    chance = random.Random(5)  # noqa: S311
    bets = [prices.Bet(-110, has_won=chance.random() < 0.5, probability=0.5) for _ in range(4000)]
    won = prices.profit([*bets, prices.Bet(-110, has_won=None, probability=0.5)])
    low, high = won.band()
    assert won.bets == 4001
    assert low < won.units < high
    assert won.luck_mean == pytest.approx(-4000 * (1 - 0.5 * (1 + 100 / 110)))
    assert prices.profit(bets[:1]).units == prices.units(-110, has_won=bets[0].has_won)


def test_the_sum_rings_when_it_should_and_begins_again() -> None:
    monitor = drift.Cusum(mean=1.0, deviation=0.5, slack=0.1, threshold=3)
    assert monitor.alarms([1.0] * 500) == []
    # Each value of 1.5 adds 0.9: four of them pass 3, then four more do.
    assert monitor.alarms([1.0, *[1.5] * 8]) == [4, 8]
    assert monitor.next(0.0, -100) == 0
    with pytest.raises(ValueError, match="above zero"):
        drift.Cusum(mean=0, deviation=0, slack=0.1, threshold=3)


def test_the_index_is_zero_for_the_same_population_and_grows_with_the_shift() -> None:
    chance = random.Random(2)  # noqa: S311
    reference = [chance.gauss(0, 1) for _ in range(4000)]
    edges = drift.quantile_edges(reference)
    found = [
        drift.population_stability_index(reference, [value + shift for value in reference], edges)
        for shift in (0, 0.2, 0.5, 1, 100)
    ]
    assert found[0] == 0
    assert all(a < b for a, b in pairwise(found))
    assert found[1] < 0.1
    assert 0.25 < found[3] < math.inf
    with pytest.raises(ValueError, match="shares need"):
        drift.population_stability_index(reference, [], edges)


def test_early_games_end_after_the_tenth_of_both_teams_and_begin_again_next_season() -> None:
    def fixture(game: int, season: int, home: str, away: str, *, is_playoff: bool = False) -> Fixture:
        day = date(season, 11, 1) + timedelta(days=game)
        return Fixture(
            game=game, sport="basketball_nba", season=season, day=day, home=home, away=away, is_playoff=is_playoff
        )

    games = [fixture(number, 2020, "a", "b") for number in range(12)]
    games += [fixture(12, 2020, "a", "c"), fixture(13, 2020, "c", "a", is_playoff=True), fixture(14, 2021, "a", "b")]
    assert segments.early_games(games) == {*range(10), 12, 14}
    assert segments.segments(games[13], is_early=False, favourite=0.6) == {segments.PLAYOFFS, segments.HOME_FAVOURITE}
