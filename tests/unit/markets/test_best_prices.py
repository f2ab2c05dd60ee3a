"""The best of several prices, and when a game's closing odds are final."""

from datetime import timedelta
from decimal import Decimal

import pytest

from pickvs.markets.catalogue.rules import Best, best_price, has_closed
from pickvs.markets.values import BookMarket, GameStatus, Offer
from tests.support.markets import TIP_OFF, moneyline, spread

TWO_WAY = ("home", "away")


def test_the_best_price_pays_most() -> None:
    books = [moneyline("a", -140, 120), moneyline("b", -135, 115), moneyline("c", -150, 130)]
    assert best_price("home", None, TWO_WAY, books) == Best(-135, ("b",))
    assert best_price("away", None, TWO_WAY, books) == Best(130, ("c",))


def test_a_favourites_price_is_worse_than_an_outsiders() -> None:
    assert best_price("home", None, TWO_WAY, [moneyline("a", -105, 100), moneyline("b", 105, -110)]) == Best(
        105, ("b",)
    )


def test_all_who_offer_it_are_named_by_name() -> None:
    books = [spread("c", "-2.5"), spread("a", "-2.5"), spread("b", "-2.5", -112)]
    assert best_price("home", Decimal("-2.5"), TWO_WAY, books) == Best(-110, ("a", "c"))


@pytest.mark.parametrize("reverse", [False, True])
def test_even_money_is_the_same_by_either_name(reverse: bool) -> None:
    books = sorted(
        [moneyline("a", -100, -120), moneyline("b", 100, -120)], key=lambda book: book.bookmaker, reverse=reverse
    )
    assert best_price("home", None, TWO_WAY, books) == Best(-100, ("a", "b"))


def test_another_line_is_another_bet() -> None:
    books = [spread("a", "-2.5", -110), spread("b", "-1.5", 150)]
    assert best_price("home", Decimal("-2.50"), TWO_WAY, books) == Best(-110, ("a",))
    assert best_price("home", Decimal("-3.5"), TWO_WAY, books) is None


def test_a_moneyline_with_a_draw_is_another_bet() -> None:
    two_way, three_way = moneyline("a", -140, 120), moneyline("b", 110, 250, 240)
    assert best_price("home", None, TWO_WAY, [two_way, three_way]) == Best(-140, ("a",))
    assert best_price("home", None, ("home", "draw", "away"), [two_way, three_way]) == Best(110, ("b",))


def test_a_book_with_half_a_market_has_no_price() -> None:
    half = BookMarket("a", "moneyline", (Offer("home", None, 200),), None)
    assert best_price("home", None, TWO_WAY, [half]) is None


@pytest.mark.parametrize(
    ("status", "before", "after"),
    [
        ("scheduled", False, True),
        ("live", True, True),
        ("finished", True, True),
        ("review", True, True),
        ("postponed", False, False),
        ("cancelled", False, False),
    ],
)
def test_odds_close_with_the_tip_off(status: GameStatus, before: bool, after: bool) -> None:
    assert has_closed(status, TIP_OFF, TIP_OFF - timedelta(microseconds=1)) is before
    assert has_closed(status, TIP_OFF, TIP_OFF) is after
