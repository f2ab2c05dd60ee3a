"""Settings of training."""

from pickvs.core.config import settings


def predicted_sports() -> tuple[str, ...]:
    """Return the sports whose models are trained each week."""
    return tuple(each.strip() for each in settings().require("PREDICTED_SPORTS", str).split(",") if each.strip())
