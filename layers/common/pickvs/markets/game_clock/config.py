"""Settings of the game clock."""

from datetime import timedelta

from pickvs.core.config import settings, whole
from pickvs.markets.game_clock.rules import GameTimes


def game_times() -> GameTimes:
    """Return this stage's times of the game clock."""
    known = settings()
    first_check = known.require("FIRST_CHECK_SECONDS", whole(0, 24 * 3600))
    return GameTimes(
        closing_lead=timedelta(seconds=known.require("CLOSING_LEAD_SECONDS", whole(30, 3600))),
        closing_reach=timedelta(seconds=known.require("CLOSING_REACH_SECONDS", whole(30, 1800))),
        first_check=timedelta(seconds=first_check) if first_check else None,
        check_every=timedelta(seconds=known.require("CHECK_EVERY_SECONDS", whole(30, 3600))),
    )
