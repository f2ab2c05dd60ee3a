"""The reasons of points in words. Pure."""

from decimal import Decimal

_MOVE = "->"


def in_words(rule: str, detail: str, points: Decimal) -> str:
    """Return a line of the ledger as people read it, such as `race position P2 18` or `race places 6 -> 2 +4`.

    A move from one place to another is a gain or a loss, so its points have their sign.
    """
    plain = f"{points.normalize():f}"
    signed = f"+{plain}" if _MOVE in detail and points > 0 else plain
    return " ".join([rule.replace("_", " "), detail, signed])
