"""Gradual roll-out of new versions of the functions that answer requests."""

from dataclasses import dataclass

from cdk.errors import DeploymentError

_LONGEST_MINUTES = 2880


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """Roll-out in two steps: part of the requests goes to the new version, then all of them, unless an alarm rings."""

    percent: int
    """Percentage of the requests that the new version answers in the first step."""

    minutes: int
    """Minutes of the first step. Use at least a few, because metrics are a minute or two late."""

    def __post_init__(self) -> None:
        """Reject minutes that CodeDeploy would reject, and percentages that are none or all. Raises DeploymentError."""
        if not 0 < self.percent < 100:  # noqa: PLR2004 - percent
            raise DeploymentError(f"a rollout of {self.percent} percent is none; state 1 to 99")
        if not 0 < self.minutes <= _LONGEST_MINUTES:
            raise DeploymentError(f"a rollout of {self.minutes} minutes is none; state 1 to {_LONGEST_MINUTES}")
