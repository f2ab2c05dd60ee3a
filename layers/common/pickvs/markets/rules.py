"""What a market's prices say: odds arithmetic and the pickable quote.

American odds are integers with |price| >= 100: a stake of 1 at +150 wins 1.5, at -150 it wins 100/150. Sums and
comparisons are exact fractions, so that no rounding decides which of two lines or prices is chosen.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import MappingProxyType
from zoneinfo import ZoneInfo

from pickvs.markets.values import BookMarket, Market, Selection

MINIMUM_BOOKS = 2
"""A quote needs so many bookmakers at its line: one alone is an opinion, not a market."""

EVEN = Fraction(2)
"""Decimal odds of an even chance: the line whose prices are nearest to it is the most balanced one."""

_PLACES = Decimal("0.0001")
_SIDES: Mapping[Market, frozenset[frozenset[Selection]]] = MappingProxyType(
    {
        "moneyline": frozenset({frozenset({"home", "away"}), frozenset({"home", "draw", "away"})}),
        "spread": frozenset({frozenset({"home", "away"})}),
        "total": frozenset({frozenset({"over", "under"})}),
    }
)
_ORDER: tuple[Selection, ...] = ("home", "draw", "away", "over", "under")


@dataclass(frozen=True, slots=True)
class Sport:
    """A sport that is covered; `key` is the provider's, `time_zone` the one the league dates its games in."""

    key: str
    title: str
    time_zone: ZoneInfo
    season_start: tuple[int, int]
    """Month and day on which one season ends and the next begins, between the last final and the first exhibition."""


SPORTS: Mapping[str, Sport] = MappingProxyType(
    {sport.key: sport for sport in (Sport("basketball_nba", "NBA", ZoneInfo("America/New_York"), season_start=(8, 1)),)}
)
"""All sports that are covered, by key."""


@dataclass(frozen=True, slots=True)
class Side:
    """One pickable side. line: from the side's own view, None on a moneyline. price: one that some book offers.

    probability: the side's no-vig probability, 4 places, between 0 and 1 exclusive.
    """

    selection: Selection
    line: Decimal | None
    price: int
    probability: Decimal


@dataclass(frozen=True, slots=True)
class Consensus:
    """What the bookmakers agree on. line: from the home side's view (a total's as it is). books: how many offer it."""

    market: Market
    line: Decimal | None
    sides: tuple[Side, ...]
    books: int


def local_date(sport: str, moment: datetime) -> date:
    """Return the date of `moment` (timezone-aware) where the league of `sport` keeps its calendar.

    Raises KeyError for a sport that is not covered.
    """
    return moment.astimezone(SPORTS[sport].time_zone).date()


def decimal_odds(price: int) -> Fraction:
    """Return what a stake of 1 at the American `price` pays in all when it wins, stake included; exact."""
    return 1 + (Fraction(price, 100) if price > 0 else Fraction(100, -price))


def implied_probability(price: int) -> Fraction:
    """Return the chance at which a bet at the American `price` breaks even; the bookmaker's margin is in it."""
    return 1 / decimal_odds(price)


def no_vig(prices: Sequence[int]) -> tuple[Fraction, ...]:
    """Return the probability of each side of one market, the bookmaker's margin taken out; they add up to 1.

    Multiplicative: each side's implied probability divided by their sum.
    """
    implied = [implied_probability(price) for price in prices]
    total = sum(implied)
    return tuple(probability / total for probability in implied)


def consensus(markets: Sequence[BookMarket], market: Market) -> Consensus | None:
    """Return the pickable quote of `market` among what the bookmakers of one game offer, or None if it has none.

    Only books that offer every side count. The line is the one most of them offer; ties go to the smallest mean of
    |decimal odds - 2| over all its prices, then to the smaller absolute line, then to the home favourite. Each
    side's price is the median by decimal odds, of two in the middle the one that pays less. Fewer than two books at
    the line, or a quarter line, make no quote. A two-way and a three-way moneyline are different offers: the more
    common one is quoted.
    """
    offers = [offer for book in markets if book.market == market and (offer := _complete(book)) is not None]
    by_line: defaultdict[_Terms, list[_Prices]] = defaultdict(list)
    for terms, prices in offers:
        by_line[terms].append(prices)
    if not by_line:
        return None
    terms = min(by_line, key=lambda candidate: _preference(candidate, by_line[candidate]))
    books = by_line[terms]
    if len(books) < MINIMUM_BOOKS or (terms.line is not None and terms.line * 2 % 1 != 0):
        return None
    chosen = [_median([prices[selection] for prices in books]) for selection in terms.selections]
    sides = tuple(
        Side(selection, _own_line(selection, terms.line), price, _rounded(probability))
        for selection, price, probability in zip(terms.selections, chosen, no_vig(chosen), strict=True)
    )
    return Consensus(market, terms.line, sides, len(books))


type _Prices = dict[Selection, int]


@dataclass(frozen=True, slots=True)
class _Terms:
    """What two offers must have in common to be offers of the same thing."""

    selections: tuple[Selection, ...]
    line: Decimal | None


def _complete(book: BookMarket) -> tuple[_Terms, _Prices] | None:
    """Return the terms (line in the home view) and prices of a book that offers every side, else None."""
    prices = {offer.selection: offer.price for offer in book.offers}
    home_lines = {
        -offer.line if offer.selection == "away" and offer.line is not None else offer.line for offer in book.offers
    }
    one_each = len(prices) == len(book.offers) and len(home_lines) == 1
    if not one_each or frozenset(prices) not in _SIDES[book.market]:
        return None
    return _Terms(tuple(side for side in _ORDER if side in prices), home_lines.pop()), prices


def _preference(terms: _Terms, books: Sequence[_Prices]) -> tuple[int, Fraction, Decimal, Decimal, int]:
    line = terms.line if terms.line is not None else Decimal(0)
    distances = [abs(decimal_odds(price) - EVEN) for prices in books for price in prices.values()]
    return -len(books), sum(distances, Fraction(0)) / len(distances), abs(line), line, len(terms.selections)


def _median(prices: Sequence[int]) -> int:
    # +100 and -100 pay the same; the price itself makes the order, and so the choice, independent of the books' order.
    return sorted(prices, key=lambda price: (decimal_odds(price), price))[(len(prices) - 1) // 2]


def _own_line(selection: Selection, line: Decimal | None) -> Decimal | None:
    return -line if selection == "away" and line is not None else line


def _rounded(probability: Fraction) -> Decimal:
    """Return 4 places, half up, never 0 or 1: a priced side is neither impossible nor certain."""
    exact = Decimal(probability.numerator) / Decimal(probability.denominator)
    return min(max(exact.quantize(_PLACES, ROUND_HALF_UP), _PLACES), 1 - _PLACES)
