"""The best of several prices, and what closes with the tip-off."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pickvs.markets.values import BookMarket, GameStatus, Selection


@dataclass(frozen=True, slots=True)
class Best:
    """The price that pays most, and who offers it, by name. Of +100 and -100, which pay the same, one is named."""

    price: int
    bookmakers: tuple[str, ...]


def best_price(
    selection: Selection, line: Decimal | None, sides: Collection[Selection], books: Sequence[BookMarket]
) -> Best | None:
    """Return the best price for `selection` at `line` among `books` of one market; None where nobody offers it.

    sides: the selections of the market as it is quoted. A book with others offers another bet: the home side of a
    two-way moneyline wins in overtime too, that of a three-way one does not.
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
    """Return what orders American prices by decimal odds: themselves, but that -100 pays as much as +100."""
    return 100 if price == -100 else price  # noqa: PLR2004 - even money


def has_closed(status: GameStatus, commence_time: datetime, now: datetime) -> bool:
    """Tell whether a game's odds are final because it has tipped off; a game that is off never closes."""
    return status in {"live", "finished", "review"} or (status == "scheduled" and commence_time <= now)
