"""What a market's numbers say and pay: probabilities without its margin, units won at a price. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from pickvs.predictions.facts.rules import Line
from pickvs.predictions.measures.rules import NORMAL

GREATEST_OVERROUND = 0.15
"""Of two prices of one game. Above it, one of them is mistaken or old."""
EVEN = 100
"""American odds at which a won bet pays its stake; none are nearer to zero."""
STANDARD_PRICE = -110
"""American odds of a spread or total where a table has no price of its own."""


@dataclass(frozen=True, slots=True)
class Bet:
    """One unit at American odds, whether it won (None: a push), and the market's probability that it would."""

    price: int
    has_won: bool | None
    probability: float


@dataclass(frozen=True, slots=True)
class Profit:
    """Units won with bets of one unit each, and what luck alone would have won: its mean and standard deviation."""

    bets: int
    won: int
    units: float
    luck_mean: float
    luck_deviation: float

    def band(self, probability: float = 0.95) -> tuple[float, float]:
        """Return the units between which luck alone ends with this probability, by the normal law."""
        half = NORMAL.inv_cdf(0.5 + probability / 2) * self.luck_deviation
        return self.luck_mean - half, self.luck_mean + half


def is_price(american: int | None) -> bool:
    """Say whether a number can be American odds: 100 or more, or -100 or less."""
    return american is not None and abs(american) >= EVEN


def implied(american: int) -> float:
    """Return the probability at which a bet at these odds is worth nothing. Raises ValueError for no such odds."""
    if not is_price(american):
        raise ValueError(f"{american} are not American odds")
    return -american / (100 - american) if american < 0 else 100 / (100 + american)


def profit_of(american: int) -> float:
    """Return the units that a won bet of one unit pays beside the stake."""
    if not is_price(american):
        raise ValueError(f"{american} are not American odds")
    return 100 / -american if american < 0 else american / 100


def overround(line: Line) -> float | None:
    """Return by how much the two moneylines' probabilities exceed one; None without both prices."""
    home, away = line.home_moneyline, line.away_moneyline
    if home is None or away is None or not is_price(home) or not is_price(away):
        return None
    return implied(home) + implied(away) - 1


def fair_home_win(line: Line) -> float | None:
    """Return the market's probability of a home win, its margin taken off both sides in proportion.

    None where the moneylines are not usable: a side is missing, or the overround is not within 0 to 15 %.
    """
    margin = overround(line)
    if margin is None or not 0 <= margin <= GREATEST_OVERROUND or line.home_moneyline is None:
        return None
    return implied(line.home_moneyline) / (1 + margin)


def units(american: int, *, has_won: bool | None) -> float:
    """Return what a bet of one unit brought: its profit, -1, or nothing for a push (None)."""
    if has_won is None:
        return 0.0
    return profit_of(american) if has_won else -1.0


def profit(bets: Sequence[Bet]) -> Profit:
    """Return what the bets won, beside what a bettor would have won whose sides win as often as the market says.

    Luck is the sum of independent bets at their prices. A push counts as a bet that could bring nothing.
    """
    total = mean = variance = 0.0
    for bet in bets:
        total += units(bet.price, has_won=bet.has_won)
        if bet.has_won is not None:
            gain = profit_of(bet.price)
            mean += bet.probability * (gain + 1) - 1
            variance += bet.probability * (1 - bet.probability) * (gain + 1) ** 2
    return Profit(
        bets=len(bets),
        won=sum(bet.has_won is True for bet in bets),
        units=total,
        luck_mean=mean,
        luck_deviation=sqrt(variance),
    )
