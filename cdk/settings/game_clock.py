"""When closing odds are captured, and when results are asked for, by the clock of the games (ADR 21)."""

from dataclasses import dataclass

from cdk.errors import DeploymentError

_CLOSE_SECONDS = 30 * 60
"""Longest age of a close at the start of the game (`pickvs.picks.settlement`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GameClock:
    """Times between a game's announced tip-off and the calls for it. Alarms have the precision of a minute."""

    closing_lead_seconds: int = 8 * 60
    """Seconds from a closing capture to the tip-off. Time enough for a second attempt after 2 minutes, with alarms
    that come up to 2 minutes late."""

    closing_reach_seconds: int = 22 * 60
    """Longest time in seconds between a capture and a tip-off for which it is the closing capture. With the 8 minutes
    by which games begin late, a close is not older than 30 minutes."""

    first_check_seconds: int = 0
    """Seconds from the tip-off to the first result check. 0: the typical length of the sport's games."""

    check_every_seconds: int = 10 * 60
    """Seconds between two result checks."""

    def __post_init__(self) -> None:
        """Reject a reach that is shorter than the lead, or makes closes that are too old. Raises DeploymentError."""
        if not self.closing_lead_seconds <= self.closing_reach_seconds <= _CLOSE_SECONDS:
            raise DeploymentError("closing_reach_seconds is between closing_lead_seconds and 30 minutes")

    def environment(self) -> dict[str, str]:
        """Return the environment variables that pass the settings to a function."""
        return {
            "CLOSING_LEAD_SECONDS": str(self.closing_lead_seconds),
            "CLOSING_REACH_SECONDS": str(self.closing_reach_seconds),
            "FIRST_CHECK_SECONDS": str(self.first_check_seconds),
            "CHECK_EVERY_SECONDS": str(self.check_every_seconds),
        }
