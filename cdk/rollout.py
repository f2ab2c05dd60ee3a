"""How a new version of what answers requests takes over from the one before it."""

from dataclasses import dataclass

from cdk.errors import DeploymentError

_LONGEST_MINUTES = 2880


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """First a part of the requests goes to the new version, and some time later all of them, unless an alarm rings."""

    percent: int
    """Of the requests, those that the new version answers at first."""

    minutes: int
    """For how long. Metrics are a minute or two behind what they count, so a few at least."""

    def __post_init__(self) -> None:
        """Refuse what CodeDeploy would refuse, and what would be no part. Raises DeploymentError."""
        if not 0 < self.percent < 100:  # noqa: PLR2004 - percent
            raise DeploymentError(f"a rollout of {self.percent} percent is none; state 1 to 99")
        if not 0 < self.minutes <= _LONGEST_MINUTES:
            raise DeploymentError(f"a rollout of {self.minutes} minutes is none; state 1 to {_LONGEST_MINUTES}")
