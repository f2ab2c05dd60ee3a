"""The pickable quote: cases by hand, and an oracle that computes it in a different way."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.markets.rules import CONSENSUS_VERSION, Consensus, Side, consensus
from pickvs.markets.values import BookMarket, Market, Offer, Selection


def moneyline(book: str, home: int, away: int, draw: int | None = None) -> BookMarket:
    offers = [Offer("away", None, away), Offer("home", None, home)]
    return BookMarket(book, "moneyline", (*offers, *([Offer("draw", None, draw)] if draw else [])), None)


def spread(book: str, line: str, home: int = -110, away: int = -110) -> BookMarket:
    offers = Offer("away", -Decimal(line), away), Offer("home", Decimal(line), home)
    return BookMarket(book, "spread", offers, None)


def total(book: str, line: str, over: int = -110, under: int = -110) -> BookMarket:
    return BookMarket(book, "total", (Offer("over", Decimal(line), over), Offer("under", Decimal(line), under)), None)


def quoted(found: Consensus | None) -> dict[Selection, tuple[Decimal | None, int]]:
    assert found is not None
    return {side.selection: (side.line, side.price) for side in found.sides}


# ------------------------------------------------------------------------------------------- from version to version

DIGESTS = {1: "f9ab577925265df0567c2c42c1168eed790ea70f13be84ed8d0658952db2eb62"}
"""Digest of the results of `consensus` on the test's offers, by version."""


def test_other_rules_have_another_version() -> None:
    """On failure, increase `CONSENSUS_VERSION` and add the new digest. All quotes are then computed again."""
    lines, prices = ("-3.25", "-2.5", "0", "2.5", "3"), (-250, -115, -110, -105, 100, 120, 210)
    found = []
    for number in range(300):
        books = [f"book {book}" for book in range(number % 6)]
        turns = [(number + 1) * (book + 3) + book * book for book, _ in enumerate(books)]
        offered = [
            market
            for book, turn in zip(books, turns, strict=True)
            for market in (
                moneyline(book, prices[turn % 7], prices[turn // 2 % 7], draw=300 if turn % 5 == 0 else None),
                spread(book, lines[turn % 5], prices[turn // 3 % 7], prices[turn // 5 % 7]),
                total(book, str(220 + turn % 3), prices[turn // 7 % 7], prices[turn // 4 % 7]),
            )
        ]
        found += [repr(consensus(offered, market)) for market in ("moneyline", "spread", "total")]
    digest = hashlib.sha256("\n".join(found).encode()).hexdigest()
    assert (CONSENSUS_VERSION, digest) == list(DIGESTS.items())[-1]


# ------------------------------------------------------------------------------------------------------- by hand


def test_the_line_of_most_books_and_the_median_of_their_prices() -> None:
    books = [
        spread("a", "-4.5", -110, -110),
        spread("b", "-4.5", -105, -115),
        spread("c", "-4.5", -112, -108),
        spread("d", "-5", 100, -120),
        spread("e", "-5", 102, -122),
    ]
    assert consensus(books, "spread") == Consensus(
        "spread",
        Decimal("-4.5"),
        (
            Side("home", Decimal("-4.5"), -110, Decimal("0.5000")),
            Side("away", Decimal("4.5"), -110, Decimal("0.5000")),
        ),
        3,
    )


def test_of_two_prices_in_the_middle_the_one_that_pays_less() -> None:
    books = [moneyline("a", -150, 120), moneyline("b", -140, 130), moneyline("c", -145, 125), moneyline("d", -160, 140)]
    # home pays least at -160, then -150, -145, -140; away at 120, 125, 130, 140
    assert quoted(consensus(books, "moneyline")) == {"home": (None, -150), "away": (None, 125)}


def test_the_median_goes_by_what_a_price_pays_not_by_its_number() -> None:
    books = [moneyline("a", -105, -115), moneyline("b", 105, -125), moneyline("c", 102, -120)]
    assert quoted(consensus(books, "moneyline"))["home"] == (None, 102)


def test_probability_is_without_the_margin_in_four_places() -> None:
    found = consensus([moneyline("a", -200, 170), moneyline("b", -200, 170)], "moneyline")
    assert found is not None
    assert [side.probability for side in found.sides] == [Decimal("0.6429"), Decimal("0.3571")]


def test_no_side_is_ever_impossible_or_certain() -> None:
    books = [moneyline(name, -1_000_000, 1_000_000, -1_000_000) for name in "ab"]
    found = consensus(books, "moneyline")
    assert found is not None
    assert all(0 < side.probability < 1 for side in found.sides)


def test_equally_many_books_at_two_lines_the_more_balanced_one() -> None:
    books = [
        total("a", "220.5", -130, 110),
        total("b", "220.5", -130, 110),
        total("c", "221", -110, -110),
        total("d", "221", -110, -110),
    ]
    assert quoted(consensus(books, "total"))["over"][0] == 221


def test_balance_is_measured_over_all_prices_of_the_line() -> None:
    # At -3: |1.8333-2|, |2-2| twice: mean 0.0833. At -4: |1.9091-2| four times: 0.0909.
    books = [
        spread("a", "-3", -120, 100),
        spread("b", "-3", -120, 100),
        spread("c", "-4", -110, -110),
        spread("d", "-4", -110, -110),
    ]
    assert quoted(consensus(books, "spread"))["home"][0] == -3


def test_equally_balanced_lines_the_smaller_absolute_one() -> None:
    books = [spread("a", "-6.5"), spread("b", "-6.5"), spread("c", "6"), spread("d", "6")]
    assert quoted(consensus(books, "spread"))["home"][0] == 6


def test_equally_balanced_lines_of_equal_size_the_home_favourite() -> None:
    books = [spread("a", "1"), spread("b", "1"), spread("c", "-1"), spread("d", "-1")]
    assert quoted(consensus(books, "spread"))["home"][0] == -1


def test_one_book_is_no_market() -> None:
    assert consensus([spread("a", "-4.5")], "spread") is None
    assert consensus([spread("a", "-4.5"), spread("b", "-5"), spread("c", "-5.5")], "spread") is None
    assert consensus([], "spread") is None


def test_a_quarter_line_is_no_quote_even_if_other_lines_stand_beside_it() -> None:
    books = [total(name, "2.25") for name in "abc"] + [total(name, "2.5") for name in "de"]
    assert consensus(books, "total") is None
    assert consensus(books[1:], "total") is None  # two against two, equally balanced: 2.25 is the smaller line
    assert quoted(consensus(books[2:], "total"))["over"][0] == Decimal("2.5")


def test_a_pickem_has_line_zero_on_both_sides() -> None:
    found = quoted(consensus([spread("a", "0"), spread("b", "-0.0"), spread("c", "0.0")], "spread"))
    assert found == {"home": (0, -110), "away": (0, -110)}
    assert not any(line is not None and line.is_signed() for line, _ in found.values())


def test_a_book_that_offers_one_side_only_does_not_count() -> None:
    alone = BookMarket("b", "spread", (Offer("home", Decimal("-4.5"), -110),), None)
    assert consensus([spread("a", "-4.5"), alone], "spread") is None


def test_a_book_whose_sides_contradict_does_not_count() -> None:
    crossed = BookMarket("b", "spread", (Offer("home", Decimal(-4), -110), Offer("away", Decimal(5), -110)), None)
    parted = BookMarket("b", "total", (Offer("over", Decimal(200), -110), Offer("under", Decimal(201), -110)), None)
    assert consensus([spread("a", "-4"), crossed], "spread") is None
    assert consensus([total("a", "200"), parted], "total") is None


def test_two_way_and_three_way_moneylines_are_different_offers() -> None:
    two_way = [moneyline(name, -150, 130) for name in "abc"]
    three_way = [moneyline(name, -110, 220, 300) for name in "de"]
    assert set(quoted(consensus(two_way + three_way, "moneyline"))) == {"home", "away"}
    assert list(quoted(consensus(two_way[:1] + three_way, "moneyline"))) == ["home", "draw", "away"]


def test_other_markets_of_the_same_books_are_not_looked_at() -> None:
    books = [spread("a", "-4.5"), total("a", "220"), moneyline("a", -150, 130), spread("b", "-4.5"), total("b", "221")]
    assert quoted(consensus(books, "spread"))["away"] == (Decimal("4.5"), -110)
    assert consensus(books, "total") is None
    assert consensus(books, "moneyline") is None


# ----------------------------------------------------------------------------------------------------- the oracle


def payout(price: int) -> Fraction:
    return Fraction(100 + price, 100) if price > 0 else Fraction(100 - price, -price)


def lower_median(payouts: Sequence[Fraction]) -> Fraction:
    """Return the smallest value that at least half of all values do not exceed."""
    return min(value for value in payouts if 2 * sum(other <= value for other in payouts) >= len(payouts))


def better(one: Decimal, other: Decimal, at: dict[Decimal, list[BookMarket]]) -> bool:
    """Tell whether the rule, as worded, prefers line `one` to line `other`."""
    if len(at[one]) != len(at[other]):
        return len(at[one]) > len(at[other])

    def imbalance(line: Decimal) -> Fraction:
        prices = [offer.price for book in at[line] for offer in book.offers]
        return sum((abs(payout(price) - 2) for price in prices), Fraction()) / len(prices)

    if imbalance(one) != imbalance(other):
        return imbalance(one) < imbalance(other)
    if abs(one) != abs(other):
        return abs(one) < abs(other)
    return one < other


def oracle(books: Sequence[BookMarket], first: Selection) -> tuple[Decimal, int, dict[Selection, Fraction]] | None:
    at: dict[Decimal, list[BookMarket]] = {}
    for book in books:
        sides = {offer.selection: offer for offer in book.offers}
        if len(sides) == len(book.offers) == 2:
            line = sides[first].line
            assert line is not None
            at.setdefault(line, []).append(book)
    winners = [line for line in at if all(line == other or better(line, other, at) for other in at)]
    if not winners or len(at[winners[0]]) < 2 or winners[0] * 4 % 2 != 0:
        return None
    (line,) = winners
    prices: dict[Selection, Fraction] = {}
    for selection in {offer.selection for offer in at[line][0].offers}:
        offered = [payout(offer.price) for book in at[line] for offer in book.offers if offer.selection == selection]
        prices[selection] = lower_median(offered)
    return line, len(at[line]), prices


PRICES = st.sampled_from([-10_000, -250, -125, -115, -110, -105, -102, -100, 100, 102, 105, 110, 115, 200, 8_000])
LINES = st.sampled_from(["-2", "-1.5", "-1.25", "-0.5", "0", "0.5", "1.25", "1.5", "2"]).map(Decimal)


@st.composite
def spreads(draw: st.DrawFn) -> list[BookMarket]:
    books = []
    for number in range(draw(st.integers(0, 9))):
        line = draw(LINES)
        offers = [Offer("home", line, draw(PRICES)), Offer("away", -line, draw(PRICES))]
        kept = draw(st.sampled_from([offers, offers, offers, offers[::-1], offers[:1], offers[1:]]))
        books.append(BookMarket(f"book{number}", "spread", tuple(kept), None))
    return books


@given(spreads())
def test_consensus_is_what_the_oracle_says(books: list[BookMarket]) -> None:
    found, expected = consensus(books, "spread"), oracle(books, "home")
    assert (found is None) == (expected is None)
    if found is None or expected is None:
        return
    line, count, prices = expected
    assert (found.line, found.books) == (line, count)
    assert {side.selection: payout(side.price) for side in found.sides} == prices
    assert {side.selection: side.line for side in found.sides} == {"home": line, "away": -line}
    chances = {selection: 1 / paid for selection, paid in prices.items()}
    for side in found.sides:
        assert side.price in {o.price for book in books for o in book.offers if o.selection == side.selection}
        assert abs(Fraction(side.probability) - chances[side.selection] / sum(chances.values())) <= Fraction(1, 20_000)


@given(spreads(), st.randoms(use_true_random=False))
def test_the_order_of_books_and_sides_means_nothing(books: list[BookMarket], random: Random) -> None:
    shuffled = [BookMarket(b.bookmaker, b.market, tuple(reversed(b.offers)), None) for b in books]
    random.shuffle(shuffled)
    assert consensus(shuffled, "spread") == consensus(books, "spread")


@pytest.mark.parametrize("market", ["moneyline", "spread", "total"])
def test_nothing_offered_is_nothing_quoted(market: Market) -> None:
    assert consensus([], market) is None


def test_plus_and_minus_a_hundred_pay_the_same_and_the_choice_does_not_depend_on_order() -> None:
    books = [moneyline("a", 100, -120), moneyline("b", -100, -120), moneyline("c", 100, -120)]
    assert len({consensus(order, "moneyline") for order in permutations(books)}) == 1
