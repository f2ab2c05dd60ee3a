"""The best price among bookmakers, and when a game's odds become closing odds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pickvs.markets.values import BookMarket, GameStatus, Selection


@dataclass(frozen=True, slots=True)
class Best:
    """The highest-paying price and the bookmakers that offer it, by name.

    +100 and -100 pay the same; one of the two is given.
    """

    price: int
    bookmakers: tuple[str, ...]


def best_price(
    selection: Selection, line: Decimal | None, sides: Collection[Selection], books: Sequence[BookMarket]
) -> Best | None:
    """Return the best price for `selection` at `line` among `books` of one market. None if no book offers it.

    sides: the selections of the quoted market. Books with other selections are skipped because they offer a different
    bet: the home side of a two-way moneyline also wins in overtime, the home side of a three-way moneyline does not.
    """
    quoted = set(sides)
    offers = sorted(
        (book.bookmaker, offer.price)
        for book in books
        for offer in book.offers
        if offer.selection == selection and offer.line == line and {other.selection for other in book.offers} == quoted
    )
    if not offers:
        return None
    most = max(_pays(price) for _, price in offers)
    best = [(bookmaker, price) for bookmaker, price in offers if _pays(price) == most]
    return Best(best[0][1], tuple(bookmaker for bookmaker, _ in best))


def _pays(price: int) -> int:
    """Return a key that orders American prices by decimal odds: the price itself, with -100 counted as +100."""
    return 100 if price == -100 else price  # noqa: PLR2004 - even money


def has_closed(status: GameStatus, commence_time: datetime, now: datetime) -> bool:
    """Return whether a game's odds are final because it has tipped off. A game that is called off never closes."""
    return status in {"live", "finished", "review"} or (status == "scheduled" and commence_time <= now)
