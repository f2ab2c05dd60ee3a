"""When the seasons of the covered sports turn."""

from pickvs.markets.rules import SPORTS


def seasons() -> dict[str, tuple[int, int]]:
    """Return, for each covered sport by key, month and day on which its season turns."""
    return {key: covered.season_start for key, covered in SPORTS.items()}
