"""Arithmetic of prices and lines, as stand-ins of a provider write them."""

import math

EVEN = 0.5
LEAST_MAGNITUDE = 100


def half(points: float) -> float:
    """Return `points` rounded to the nearest half point."""
    # Adding 0.0 turns -0.0, which the provider never sends, into 0.0.
    return math.floor(points * 2 + 0.5) / 2 + 0.0


def american_price(probability: float) -> int:
    """Return the American odds that imply `probability`, in steps of 5 and with a magnitude of at least 100."""
    odds = -100 * probability / (1 - probability) if probability > EVEN else 100 * (1 - probability) / probability
    rounded = 5 * round(odds / 5)
    return rounded if abs(rounded) >= LEAST_MAGNITUDE else int(math.copysign(LEAST_MAGNITUDE, odds))


def decimal_price(american: int) -> float:
    """Return the decimal odds for American ones, as the provider rounds them."""
    return round(1 + (american / 100 if american > 0 else 100 / -american), 2)
