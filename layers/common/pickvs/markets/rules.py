"""Odds arithmetic, and the pickable quote.

American odds are integers with |price| >= 100: a stake of 1 wins 1.5 at +150 and 100/150 at -150. Sums and comparisons
use exact fractions, so rounding never decides between two lines or prices.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import permutations
from types import MappingProxyType
from typing import Literal

from pickvs.markets.values import BookMarket, Market, Offer, Selection

MINIMUM_BOOKS = 2
"""Bookmakers that a quote needs at its line. A single one is an opinion, not a market."""

CONSENSUS_VERSION = 1
"""Version of `consensus`. Increase it when the same offers give another quote; unchanged odds are then evaluated again.
"""

EVEN = Fraction(2)
"""Decimal odds of an even chance. The line whose prices are nearest to it is the most balanced."""

type NoVigMethod = Literal["multiplicative", "power", "shin"]
"""Method of removing a bookmaker's margin from its prices; see `no_vig`."""

_TWO_SIDES = 2
_PLACES = Decimal("0.0001")
_OFFERS: Mapping[Market, tuple[tuple[Selection, ...], ...]] = MappingProxyType(
    {
        "moneyline": (("home", "away"), ("home", "draw", "away")),
        "spread": (("home", "away"),),
        "total": (("over", "under"),),
    }
)
"""Selections that make a market complete, in the order of its quote."""
_WHOLE: Mapping[tuple[Market, tuple[Selection, ...]], tuple[Selection, ...]] = MappingProxyType(
    {
        (market, listed): selections
        for market, offers in _OFFERS.items()
        for selections in offers
        for listed in permutations(selections)
    }
)
"""The same, by market and selections in any order."""


@dataclass(frozen=True, slots=True)
class Side:
    """One pickable side.

    line: from the side's own view; None on a moneyline. price: American odds that some bookmaker offers. probability:
    the side's no-vig probability, 4 places, between 0 and 1 exclusive.
    """

    selection: Selection
    line: Decimal | None
    price: int
    probability: Decimal


@dataclass(frozen=True, slots=True)
class Consensus:
    """The consensus of the bookmakers on one market.

    line: from the home side's view (a total's line as it is). books: number of bookmakers that offer the line.
    """

    market: Market
    line: Decimal | None
    sides: tuple[Side, ...]
    books: int


@lru_cache(maxsize=1_000)
def decimal_odds(price: int) -> Fraction:
    """Return the exact total return, stake included, of a winning stake of 1 at the American `price`."""
    return 1 + (Fraction(price, 100) if price > 0 else Fraction(100, -price))


@lru_cache(maxsize=1_000)
def implied_probability(price: int) -> Fraction:
    """Return the probability at which a bet at the American `price` breaks even. It includes the bookmaker's margin."""
    return 1 / decimal_odds(price)


def no_vig(prices: Sequence[int], method: NoVigMethod = "multiplicative") -> tuple[Fraction, ...]:
    """Return the probability of each side of one market with the bookmaker's margin removed. They add up to 1.

    pi_i is the implied probability of side i. Without a margin (the pi_i add up to 1) every method returns the pi_i.

    multiplicative: pi_i / sum(pi). Spreads the margin in proportion; exact. Quotes use this method.

    power: pi_i ** k, with the k > 0 that makes the sum 1. Takes relatively more from longshots. Source: S. Clarke, S.
    Kovalchik, M. Ingram, "Adjusting bookmaker's odds to allow for overround", American Journal of Sports Science 5(6),
    2017.

    shin: treats the margin as the bookmaker's protection against a share z of bettors who know the result: p_i =
    (sqrt(z^2 + 4 (1 - z) pi_i^2 / sum(pi)) - z) / (2 (1 - z)), with the z < 1 that makes the sum 1. Source: H. S. Shin,
    "Measuring the incidence of insider trading in a market for state-contingent claims", The Economic Journal 103,
    1993; solved for p by B. Jullien, B. Salanié, "Measuring the incidence of insider trading: a comment on Shin", The
    Economic Journal 104, 1994. For two sides it equals the additive method, p_i = pi_i - (sum(pi) - 1) / 2, and is
    exact. If the prices of several bookmakers add up to less than 1, z is negative and the formula still holds.
    """
    implied = [implied_probability(price) for price in prices]
    match method:
        case "multiplicative":
            return _shares(implied)
        case "power":
            return _shares(_power(implied))
        case "shin":
            return _shares(_shin(implied))


def _shares(weights: Sequence[Fraction]) -> tuple[Fraction, ...]:
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def _power(implied: Sequence[Fraction]) -> list[Fraction]:
    # Newton's method from 0. The sum is decreasing and convex, so each step gets nearer and none overshoots.
    logarithms = [math.log(probability) for probability in implied]
    exponent = 0.0
    while True:
        powers = [math.exp(exponent * logarithm) for logarithm in logarithms]
        slope = math.sumprod(logarithms, powers)
        nearer = exponent + (1 - sum(powers)) / slope
        if nearer <= exponent:
            return [Fraction(power) for power in powers]
        exponent = nearer


def _shin(implied: Sequence[Fraction]) -> list[Fraction]:
    margin = sum(implied, Fraction(-1))
    if len(implied) == _TWO_SIDES:
        return [probability - margin / 2 for probability in implied]
    squares = [float(probability**2 / sum(implied)) for probability in implied]

    def probabilities(insiders: float) -> list[float]:
        # Rearranged to avoid cancellation when the share of insiders is near 1 or far below 0.
        others = 1 - insiders
        roots = [math.hypot(insiders, 2 * math.sqrt(others * square)) for square in squares]
        if insiders > 0:
            return [2 * square / (root + insiders) for square, root in zip(squares, roots, strict=True)]
        return [(root - insiders) / (2 * others) for root in roots]

    low = 0.0
    while sum(probabilities(low)) < 1:
        low = 2 * low - 1
    insiders = _root(lambda insiders: sum(probabilities(insiders)) - 1, low, 1.0)
    return [Fraction(probability) for probability in probabilities(insiders)]


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
    """Return where `falling` crosses 0 between `low` and `high`, to the last bit, by bisection."""
    while low < (middle := (low + high) / 2) < high:
        if falling(middle) > 0:
            low = middle
        else:
            high = middle
    return high


def rounded(probability: Fraction) -> Decimal:
    """Round a probability to 4 places, half up, within 0.0001 to 0.9999.

    A priced side is neither impossible nor certain.
    """
    exact = Decimal(probability.numerator) / Decimal(probability.denominator)
    return min(max(exact.quantize(_PLACES, ROUND_HALF_UP), _PLACES), 1 - _PLACES)


def consensus(markets: Sequence[BookMarket], market: Market) -> Consensus | None:
    """Return the pickable quote of `market` from the offers of one game's bookmakers. None if there is no quote.

    Only books that offer every side count. The line is the one offered by most of them. Ties go to the smallest mean of
    |decimal odds - 2| over all its prices, then to the smaller absolute line, then to the home favourite. Each side's
    price is the median by decimal odds; of two middle prices, the one that pays less. There is no quote at a quarter
    line or with fewer than two books at the line. A two-way and a three-way moneyline are different offers; the more
    common one is quoted.
    """
    by_line: defaultdict[_Terms, list[_Offers]] = defaultdict(list)
    for book in markets:
        if book.market == market and (complete := _complete(book)) is not None:
            terms, offers = complete
            by_line[terms].append(offers)
    if not by_line:
        return None
    most = max(map(len, by_line.values()))
    common = [terms for terms, books in by_line.items() if len(books) == most]
    selections, line = min(common, key=lambda tied: _balance(tied, by_line[tied])) if len(common) > 1 else common[0]
    books = by_line[selections, line]
    if len(books) < MINIMUM_BOOKS or (line is not None and line * 2 % 1 != 0):
        return None
    chosen = [_median([offers[selection].price for offers in books]) for selection in selections]
    sides = tuple(
        Side(selection, _own_line(selection, line), price, rounded(probability))
        for selection, price, probability in zip(selections, chosen, no_vig(chosen), strict=True)
    )
    return Consensus(market, line, sides, len(books))


type _Offers = dict[Selection, Offer]

type _Terms = tuple[tuple[Selection, ...], Decimal | None]
"""The selections and the line. Two books with equal terms offer the same bet."""


def _complete(book: BookMarket) -> tuple[_Terms, _Offers] | None:
    """Return the terms (line in the home view) and offers of a book that offers every side, else None."""
    offers = {offer.selection: offer for offer in book.offers}
    selections = _WHOLE.get((book.market, tuple(offers)))
    if selections is None or len(offers) < len(book.offers):
        return None
    line = offers[selections[0]].line
    for selection in selections[1:]:
        if offers[selection].line != _own_line(selection, line):
            return None
    return (selections, line), offers


def _balance(terms: _Terms, books: Sequence[_Offers]) -> tuple[Fraction, Decimal, Decimal, int]:
    selections, stated = terms
    line = stated if stated is not None else Decimal(0)
    distances = [_from_even(offer.price) for offers in books for offer in offers.values()]
    return sum(distances, Fraction(0)) / len(distances), abs(line), line, len(selections)


@lru_cache(maxsize=1_000)
def _from_even(price: int) -> Fraction:
    return abs(decimal_odds(price) - EVEN)


def _median(prices: Sequence[int]) -> int:
    # The numeric order of American prices is the order of what they pay. +100 and -100 pay the same; sorting -100 first
    # makes the choice independent of the order of the books.
    return sorted(prices)[(len(prices) - 1) // 2]


def _own_line(selection: Selection, line: Decimal | None) -> Decimal | None:
    return -line if selection == "away" and line is not None else line
