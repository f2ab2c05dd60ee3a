"""Removing the margin with the power method and Shin's model, against published figures and values computed by hand."""

import math
from fractions import Fraction
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pickvs.markets.rules import NoVigMethod, implied_probability, no_vig

METHODS: tuple[NoVigMethod, ...] = get_args(NoVigMethod.__value__)
PRICES = st.integers(100, 1_000_000).flatmap(lambda size: st.sampled_from([size, -size]))

each_method = pytest.mark.parametrize("method", METHODS)


@pytest.mark.parametrize(
    ("method", "prices", "published"),
    [
        # The example of the Python package shin: decimal odds 2.6, 2.4, 4.3; and its two-way one, 1.5 and 2.74.
        ("shin", [160, 140, 330], [0.37299406033208965, 0.4047794109200184, 0.2222265287474275]),
        ("shin", [-200, 174], [0.6508515815085157, 0.3491484184914841]),
        # The example of the Python package penaltyblog: decimal odds 2.7, 2.3, 4.4.
        ("multiplicative", [170, 130, 340], [0.35873803615739097, 0.4211272598369373, 0.22013470400567173]),
        ("power", [170, 130, 340], [0.35917109985299667, 0.4237307529945606, 0.2170981471524328]),
        ("shin", [170, 130, 340], [0.3593439195919109, 0.4232438481831209, 0.21741223222497302]),
    ],
)
def test_published_examples(method: NoVigMethod, prices: list[int], published: list[float]) -> None:
    assert [float(probability) for probability in no_vig(prices, method)] == pytest.approx(published, abs=1e-10)


@pytest.mark.parametrize(
    ("prices", "by_hand"),
    [
        # The exponent is 2: (3/5, 4/5) squared are 9/25 and 16/25.
        ([-150, -400], [9 / 25, 16 / 25]),
        # (1/3, 2/3, 2/3) squared are 1/9 and twice 4/9.
        ([200, -200, -200], [1 / 9, 4 / 9, 4 / 9]),
        # Less than 1 together: the exponent is 1/2, and (1/9, 4/9) become 1/3 and 2/3.
        ([800, 125], [1 / 3, 2 / 3]),
    ],
)
def test_powers_by_hand(prices: list[int], by_hand: list[float]) -> None:
    assert [float(probability) for probability in no_vig(prices, "power")] == pytest.approx(by_hand, abs=1e-12)


def test_shin_by_hand() -> None:
    # The formula squared out: p^2 + z (p - p^2) = pi^2 / sum(pi), here 1/15 and twice 4/15. One z fits all three for
    # p = (a, b, b) with a = sqrt(5)/15 and b = (1 - a)/2: it is 0.3504.
    a = math.sqrt(5) / 15
    b = (1 - a) / 2
    assert (1 / 15 - a**2) / (a - a**2) == pytest.approx((4 / 15 - b**2) / (b - b**2), abs=1e-12)
    shin = [float(probability) for probability in no_vig([200, -200, -200], "shin")]
    assert shin == pytest.approx([a, b, b], abs=1e-12)


def test_shin_below_one_by_hand() -> None:
    # Three times 1/5: the formula gives 1/3 each with z = (1/15 - 1/9) / (1/3 - 1/9) = -1/5.
    assert [float(probability) for probability in no_vig([400, 400, 400], "shin")] == pytest.approx([1 / 3] * 3)


@given(st.tuples(PRICES, PRICES))
def test_shin_of_two_sides_is_the_additive_method_exactly(prices: tuple[int, int]) -> None:
    one, other = (implied_probability(price) for price in prices)
    half_the_margin = (one + other - 1) / 2
    assert no_vig(prices, "shin") == (one - half_the_margin, other - half_the_margin)


@each_method
@given(prices=st.lists(PRICES, min_size=2, max_size=3))
@example(prices=[1_000_000, 1_000_000, -1_000_000])
@example(prices=[-1_000_000] * 3)
@example(prices=[1_000_000] * 3)
@example(prices=[-1_000_000, 100])
def test_probabilities_add_up_and_keep_the_order(method: NoVigMethod, prices: list[int]) -> None:
    probabilities = no_vig(prices, method)
    assert sum(probabilities) == 1
    # 0 where a power is too small for a float: only when the other two are near certain, both of them.
    assert all(0 <= probability < 1 for probability in probabilities)
    by_price = sorted(zip(map(implied_probability, prices), probabilities, strict=True))
    assert all(float(low) <= float(high) + 1e-12 for (_, low), (_, high) in pairwise(by_price))


@given(st.lists(PRICES, min_size=2, max_size=3))
def test_powers_are_all_of_one_exponent(prices: list[int]) -> None:
    implied = [float(implied_probability(price)) for price in prices]
    assume(sum(implied) < 1.5)  # beyond, a power may be too small for a float
    exponents = [
        math.log(probability) / math.log(before)
        for probability, before in zip(no_vig(prices, "power"), implied, strict=True)
    ]
    assert exponents == pytest.approx([exponents[0]] * len(prices), rel=1e-6)


@each_method
@pytest.mark.parametrize("prices", [[100, -100], [200, -200], [-200, 500, 500], [200, 200, 200]])
def test_without_a_margin_nothing_is_taken_out(method: NoVigMethod, prices: list[int]) -> None:
    expected = [float(implied_probability(price)) for price in prices]
    assert [float(probability) for probability in no_vig(prices, method)] == pytest.approx(expected, abs=1e-12)


@each_method
@pytest.mark.parametrize("prices", [[-110, -110], [150, 150, 150], [400, 400, 400]])
def test_equal_prices_are_equal_chances(method: NoVigMethod, prices: list[int]) -> None:
    assert no_vig(prices, method) == (Fraction(1, len(prices)),) * len(prices)


@given(st.lists(PRICES, min_size=2, max_size=3).filter(lambda prices: sum(map(implied_probability, prices)) > 1))
def test_power_and_shin_take_at_least_as_much_off_the_longshot(prices: list[int]) -> None:
    longshot = min(range(len(prices)), key=lambda place: implied_probability(prices[place]))
    proportional = float(no_vig(prices)[longshot])
    assert float(no_vig(prices, "shin")[longshot]) <= proportional + 1e-12
    assert float(no_vig(prices, "power")[longshot]) <= proportional + 1e-12
