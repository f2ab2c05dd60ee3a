"""Distributions of counts and of minutes, against scipy and against sums over every count."""

import json
from math import exp, floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from pickvs.predictions.distributions.counts import rules as counts
from pickvs.predictions.distributions.counts.rules import NegativeBinomial, with_variance
from pickvs.predictions.distributions.quantiles import rules as quantiles
from pickvs.predictions.distributions.quantiles.rules import Quantiles

MEANS = st.floats(0.001, 400)
OVERDISPERSIONS = st.one_of(st.just(0.0), st.floats(1e-6, 15))
COUNTS = st.builds(lambda mean, d: NegativeBinomial(mean=mean, overdispersion=d), MEANS, OVERDISPERSIONS)


def oracle(distribution: NegativeBinomial) -> stats.rv_discrete:
    if not distribution.overdispersion:
        return stats.poisson(distribution.mean)
    d = distribution.overdispersion
    return stats.nbinom(distribution.mean / d, 1 / (1 + d))


@settings(deadline=None, max_examples=40)
@given(COUNTS, st.integers(0, 500), st.floats(0.01, 0.99))
def test_a_count_has_the_probabilities_of_the_textbook(
    distribution: NegativeBinomial, count: int, level: float
) -> None:
    expected = oracle(distribution)
    assert distribution.at_most(count) == pytest.approx(expected.cdf(count), abs=1e-7)
    assert exp(distribution.log_probability(count)) == pytest.approx(expected.pmf(count), rel=1e-4, abs=1e-12)
    found = distribution.quantile(level)
    assert distribution.at_most(found) >= level > distribution.at_most(found - 1)
    over, push = distribution.over(count)
    assert over + push + distribution.at_most(count - 1) == pytest.approx(1, abs=1e-7)
    assert distribution.over(count + 0.5) == (pytest.approx(over), 0.0)


@settings(deadline=None, max_examples=30)
@given(COUNTS, st.integers(0, 900))
def test_the_crps_of_a_count_is_the_sum_over_every_count(distribution: NegativeBinomial, happened: int) -> None:
    every = np.arange(2500)
    expected = np.sum((oracle(distribution).cdf(every) - (every >= happened)) ** 2)
    assert distribution.crps(happened) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_a_count_on_paper() -> None:
    # Mean 1, variance 2: P(k) = 2^-(k + 1).
    half = with_variance(1.0, 2.0)
    assert [exp(half.log_probability(k)) for k in range(4)] == pytest.approx([1 / 2, 1 / 4, 1 / 8, 1 / 16])
    assert (half.median, half.quantile(0.51), half.quantile(0.9)) == (0, 1, 3)
    assert half.over(1.0) == (pytest.approx(1 / 4), pytest.approx(1 / 4))
    assert half.crps(0) == pytest.approx(1 / 3)  # the sum of 4^-(k + 1)
    assert half.log_score(1) == pytest.approx(np.log(4))
    assert half.interval_probability(1, 2) == pytest.approx(3 / 8)


def test_poisson_stands_where_the_variance_is_not_above_the_mean() -> None:
    assert with_variance(3.0, 2.0) == NegativeBinomial(mean=3.0, overdispersion=0.0)
    assert with_variance(-1.0, 0.0).at_most(0) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("mean", "d"), [(0.0, 1.0), (-1.0, 1.0), (float("nan"), 1.0), (1.0, -0.1), (1.0, float("inf"))]
)
def test_no_count_has_such_numbers(mean: float, d: float) -> None:
    with pytest.raises(ValueError, match="of a count is"):
        NegativeBinomial(mean=mean, overdispersion=d)


@st.composite
def distributions_of_minutes(draw: st.DrawFn) -> Quantiles:
    levels = sorted(draw(st.sets(st.integers(1, 99), min_size=1, max_size=12)))
    values = sorted(draw(st.lists(st.integers(0, 480), min_size=len(levels) + 2, max_size=len(levels) + 2)))
    return Quantiles(levels=(0, *(each / 100 for each in levels), 1), values=tuple(each / 10 for each in values))


@settings(deadline=None, max_examples=40)
@given(distributions_of_minutes(), st.floats(-5, 60), st.floats(0.005, 0.995))
def test_minutes_are_one_distribution(minutes: Quantiles, happened: float, level: float) -> None:
    grid = (np.arange(40_000) + 0.5) / 40_000
    sample = np.interp(grid, minutes.levels, minutes.values)
    assert minutes.mean == pytest.approx(sample.mean(), abs=1e-3)
    assert minutes.variance == pytest.approx(sample.var(), abs=0.05)
    # CRPS = 2 * the integral of the pinball loss over the levels.
    pinball = np.where(happened >= sample, grid * (happened - sample), (1 - grid) * (sample - happened))
    assert minutes.crps(happened) == pytest.approx(2 * pinball.mean(), abs=2e-3)
    assert minutes.at_most(minutes.quantile(level)) >= level - 1e-9
    above, equal = minutes.over(happened)
    assert above == pytest.approx((sample > happened).mean(), abs=2e-4)
    assert equal == pytest.approx((sample == happened).mean(), abs=2e-4)


def test_the_crps_of_minutes_is_the_integral() -> None:
    minutes = Quantiles(levels=(0, 0.3, 1), values=(10.0, 20.0, 30.0))
    expected, _ = quad(lambda x: (minutes.at_most(x) - (x >= 24)) ** 2, 0, 40, points=[10, 20, 24, 30])
    assert minutes.crps(24.0) == pytest.approx(expected)
    assert minutes.median == pytest.approx(20 + 10 * 2 / 7)


@pytest.mark.parametrize(
    ("levels", "values"),
    [
        ((0, 1), (1.0,)),
        ((0, 0.5), (1.0, 2.0)),
        ((0, 0.5, 0.5, 1), (1.0, 1.0, 1.0, 1.0)),
        ((0, 1), (2.0, 1.0)),
        ((), ()),
    ],
)
def test_these_are_no_quantiles(levels: tuple[float, ...], values: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"quantiles"):
        Quantiles(levels=levels, values=values)


def test_distributions_survive_json() -> None:
    count, minutes = with_variance(21.3, 80.1), Quantiles(levels=(0, 0.1, 1), values=(0.1, 20.7, 33.3))
    assert counts.from_json(json.loads(json.dumps(count.to_json()))) == count
    assert quantiles.from_json(json.loads(json.dumps(minutes.to_json()))) == minutes
    with pytest.raises(ValueError, match="kind"):
        counts.from_json(minutes.to_json())
    with pytest.raises(ValueError, match="kind"):
        quantiles.from_json(count.to_json())
    for wrong in (0, 1, floor(-1)):
        with pytest.raises(ValueError, match="level"):
            count.quantile(wrong)
