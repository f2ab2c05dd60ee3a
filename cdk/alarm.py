"""What an alarm is.

There are three kinds. They differ in what missing data means:
- counts: nothing happened, which is fine;
- gauges: nothing was measured, so the last value still holds;
- silence: a regular event has not happened. These alarms ring by going to INSUFFICIENT_DATA, which is also their
  initial state. If missing data were a breach, they would ring on creation, before anything could have happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from cdk.watched import Watched

RUNBOOK = "docs/runbook.md"


class Comparison(Enum):
    """Comparison of a value with the threshold that makes the alarm ring."""

    AT_LEAST = "at least"
    MORE = "more"
    LESS = "less"


class NoData(Enum):
    """Meaning of missing data."""

    IS_WELL = "is well"
    CHANGES_NOTHING = "changes nothing"
    RINGS = "rings"
    """Through the state INSUFFICIENT_DATA."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Alarm of a stage."""

    name: str
    """Name without the prefix `pickvs-<stage>-`."""
    section: str
    """Runbook section that says what to do."""
    meaning: str
    """What is wrong when the alarm rings, in one or two sentences."""
    watches: Mapping[str, Watched]
    """Metrics, by their ids in the formula."""
    formula: str | None = None
    """CloudWatch metric math expression to compare with the threshold. None if the alarm watches one metric."""
    comparison: Comparison = Comparison.AT_LEAST
    threshold: float
    period: timedelta
    """Period over which values are aggregated."""
    periods: int = 1
    """Number of consecutive periods that must breach the threshold."""
    no_data: NoData = NoData.IS_WELL

    @property
    def description(self) -> str:
        """Alarm description, which the mail contains."""
        return describe(self.meaning, self.section)


def describe(meaning: str, section: str) -> str:
    """Return an alarm's description: its meaning and its runbook section."""
    return f"{meaning} {RUNBOOK}: {section}."
