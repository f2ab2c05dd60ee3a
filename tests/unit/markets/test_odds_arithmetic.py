"""American odds, no-vig probabilities, and the league's calendar."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.markets.rules import decimal_odds, implied_probability, no_vig

PRICES = st.integers(100, 1_000_000).flatmap(lambda size: st.sampled_from([size, -size]))


@pytest.mark.parametrize(
    ("price", "pays"),
    [
        (150, Fraction(5, 2)),
        (100, Fraction(2)),
        (-100, Fraction(2)),
        (-110, Fraction(21, 11)),
        (-200, Fraction(3, 2)),
        (5000, Fraction(51)),
    ],
)
def test_decimal_odds_are_the_stake_and_what_it_wins(price: int, pays: Fraction) -> None:
    assert decimal_odds(price) == pays
    assert implied_probability(price) == 1 / pays


@given(PRICES, PRICES)
def test_of_two_prices_the_one_that_pays_more_is_the_less_likely(one: int, other: int) -> None:
    more = decimal_odds(one) > decimal_odds(other)
    assert more == (implied_probability(one) < implied_probability(other))
    assert decimal_odds(one) > 1


def test_the_margin_of_the_usual_spread_is_taken_out_evenly() -> None:
    assert implied_probability(-110) == Fraction(11, 21)
    assert no_vig([-110, -110]) == (Fraction(1, 2), Fraction(1, 2))


def test_no_vig_of_a_favourite_by_hand() -> None:
    # -200 is 2/3, +170 is 10/27: together 28/27.
    assert no_vig([-200, 170]) == (Fraction(9, 14), Fraction(5, 14))


@given(st.lists(PRICES, min_size=2, max_size=3))
def test_no_vig_probabilities_add_up_and_keep_the_proportions(prices: list[int]) -> None:
    probabilities = no_vig(prices)
    assert sum(probabilities) == 1
    assert len({p / implied_probability(price) for p, price in zip(probabilities, prices, strict=True)}) == 1
