"""Which part of a profile a pick belongs to, and the figures of that part."""

from decimal import Decimal

import pytest

from pickvs.markets.values import Market, Selection
from pickvs.standings.profiles.rules import Role, Sums, Venue, role, venue


@pytest.mark.parametrize(
    ("market", "line", "chance", "expected"),
    [
        ("moneyline", 0, 1, "favourite"),
        ("moneyline", 0, -1, "underdog"),
        ("moneyline", 0, 0, "neither"),
        ("spread", -1, 0, "favourite"),
        ("spread", 1, 0, "underdog"),
        ("spread", 0, 0, "neither"),
        # A spread depends on the line alone; a total on neither.
        ("spread", -1, -1, "favourite"),
        ("spread", 1, 1, "underdog"),
        ("spread", 0, 1, "neither"),
        ("total", 1, 1, "neither"),
        ("total", 1, -1, "neither"),
    ],
)
def test_favourites_and_underdogs(market: Market, line: int, chance: int, expected: Role) -> None:
    assert role(market, line=line, chance=chance) == expected


@pytest.mark.parametrize(
    ("selection", "expected"),
    [("home", "home"), ("away", "away"), ("draw", "neither"), ("over", "neither"), ("under", "neither")],
)
def test_home_and_away(selection: Selection, expected: Venue) -> None:
    assert venue(selection) == expected


def test_nothing_has_no_ratios() -> None:
    nothing = Sums()
    assert (nothing.picks, nothing.roi, nothing.win_rate, nothing.clv_percent) == (0, None, None, None)
    assert Sums(pushes=1, wagered=Decimal(1)).win_rate is None
    assert Sums(pushes=1, wagered=Decimal(1)).roi == 0


def test_ratios_are_rounded_half_up_away_from_zero() -> None:
    """100 x 0.7225 / 5 = 14.45; 100 x 2/3 = 66.666…; 0.01 / 2 = 0.005."""
    sums = Sums(wins=2, losses=1, units=Decimal("0.7225"), wagered=Decimal(5), clv_sum=Decimal("-0.01"), clv_picks=2)
    assert (sums.roi, sums.win_rate, sums.clv_percent) == (Decimal("14.45"), Decimal("66.67"), Decimal("-0.01"))


def test_sums_of_two_sets_are_the_sums_of_both() -> None:
    one = Sums(1, 2, 3, 4, Decimal(5), Decimal(6), Decimal(7), 8)
    two = Sums(10, 20, 30, 40, Decimal(50), Decimal(60), Decimal(70), 80)
    assert one + two == Sums(11, 22, 33, 44, Decimal(55), Decimal(66), Decimal(77), 88)
    assert one + Sums() == one
