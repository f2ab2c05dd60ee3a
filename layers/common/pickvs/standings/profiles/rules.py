"""Splits of a user's graded picks, and the figures of each part. Pure."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pickvs.markets.values import Market, Selection

type Role = Literal["favourite", "underdog", "neither"]
"""The market's view of the picked side, at the picked quote."""
type Venue = Literal["home", "away", "neither"]
"""The picked side. The draw, over and under count as "neither"."""

LATEST_PICKS = 10
"""Number of latest settled picks on a profile."""

_PLACES = Decimal("0.01")


def role(market: Market, *, line: int, chance: int) -> Role:
    """Return whether the side was the favourite or the underdog when it was picked.

    On a moneyline the picked quote's no-vig probability decides: above one half is the favourite, below it the
    underdog. With a draw on offer both teams may be underdogs, and the draw nearly always is. On a spread the picked
    line decides: the side that gives points is the favourite, the side that gets them the underdog. A probability of
    exactly one half, a line of 0, and a total are neither.

    line: sign of the picked line, from the side's own view. chance: sign of probability - 1/2.
    """
    lead = {"moneyline": chance, "spread": -line, "total": 0}[market]
    return "favourite" if lead > 0 else "underdog" if lead < 0 else "neither"


def venue(selection: Selection) -> Venue:
    """Return whether the home or the away side was picked."""
    return selection if selection in ("home", "away") else "neither"


@dataclass(frozen=True, slots=True)
class Sums:
    """Signed sums of a set of ledger entries; reversals cancel the entries they reverse."""

    wins: int = 0
    losses: int = 0
    pushes: int = 0
    voids: int = 0
    units: Decimal = Decimal(0)
    wagered: Decimal = Decimal(0)
    clv_sum: Decimal = Decimal(0)
    """Percent, summed over the `clv_picks` that have a closing line value."""
    clv_picks: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        """Return the sums of both sets together."""
        return Sums(
            self.wins + other.wins,
            self.losses + other.losses,
            self.pushes + other.pushes,
            self.voids + other.voids,
            self.units + other.units,
            self.wagered + other.wagered,
            self.clv_sum + other.clv_sum,
            self.clv_picks + other.clv_picks,
        )

    @property
    def picks(self) -> int:
        """Number of graded picks, without voids."""
        return self.wins + self.losses + self.pushes

    @property
    def roi(self) -> Decimal | None:
        """Units won per 100 wagered."""
        return _ratio(100 * self.units, self.wagered)

    @property
    def win_rate(self) -> Decimal | None:
        """Wins per 100 wins and losses."""
        return _ratio(Decimal(100 * self.wins), Decimal(self.wins + self.losses))

    @property
    def clv_percent(self) -> Decimal | None:
        """Mean closing line value of the picks that have one."""
        return _ratio(self.clv_sum, Decimal(self.clv_picks))


def _ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return the quotient, 2 places half up. None if `whole` is 0."""
    return (part / whole).quantize(_PLACES, ROUND_HALF_UP) if whole else None
