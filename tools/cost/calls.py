"""Invocations of each kind of function: number, duration and reads of secrets."""

import math
from dataclasses import dataclass

from tools.cost.assumptions import Assumptions
from tools.cost.footprint import Footprint, Function, Scheduled
from tools.cost.schedules import HOURS_OF_MONTH

MONTH_SECONDS = HOURS_OF_MONTH * 3600


@dataclass(frozen=True, slots=True)
class Calls:
    """Invocations of functions of one kind."""

    function: Function
    calls: float
    cold: float
    """Number of invocations with a cold start."""
    warm_ms: float
    """Billed milliseconds of each invocation, without a cold start."""

    @property
    def warm(self) -> float:
        """Number of invocations without a cold start."""
        return self.calls - self.cold


def calls_of_requests(stage: Footprint, requests: float, assumptions: Assumptions) -> list[Calls]:
    """Return the invocations for a number of requests in a month."""
    hashed = requests * assumptions.password_share
    cold = cold_share(requests, assumptions.busy_functions, assumptions)
    found = [
        Calls(stage.usual, requests - hashed, (requests - hashed) * cold, assumptions.request_ms),
        Calls(stage.largest, hashed, hashed * cold, assumptions.password_ms),
    ]
    if stage.authorizer is not None:
        asked = requests * assumptions.authorized_share
        if stage.authorizer_remembers:
            asked /= assumptions.requests_per_visit
        found.append(
            Calls(stage.authorizer, asked, asked * cold_share(asked, 1, assumptions), assumptions.authorizer_ms)
        )
    return found


def calls_of_schedules(stage: Footprint, assumptions: Assumptions) -> list[Calls]:
    """Return the invocations by schedules in a month, one item per schedule."""
    return [
        Calls(
            each.function,
            each.runs,
            each.runs * cold_share(each.runs, 1, assumptions),
            1000 * run_seconds(each, assumptions),
        )
        for each in stage.scheduled
    ]


def run_seconds(scheduled: Scheduled, assumptions: Assumptions) -> float:
    """Return the billed seconds of a scheduled run. Runs that use a bucket take longer."""
    return assumptions.scheduled_seconds if scheduled.function.keeps else assumptions.glance_seconds


def cold_share(calls: float, functions: float, assumptions: Assumptions) -> float:
    """Return the share of invocations with a cold start, if they come at random to equally busy functions.

    Lambda discards an environment after `idle_minutes` without an invocation. If n invocations are expected in that
    time and are independent, the probability of none is e to the power of -n.
    """
    expected = calls / functions / MONTH_SECONDS * assumptions.idle_minutes * 60
    return max(math.exp(-expected), assumptions.least_cold_share)


def secret_reads(stage: Footprint, requests: float, assumptions: Assumptions) -> float:
    """Return the number of secret reads in a month.

    Every cold start reads its secret. Every environment reads it again when the cached value has expired.
    """
    each_again = MONTH_SECONDS / assumptions.secret_seconds
    environments = assumptions.busy_functions + (stage.authorizer is not None)
    routed, scheduled = calls_of_requests(stage, requests, assumptions), calls_of_schedules(stage, assumptions)
    again = min(environments * each_again, sum(each.warm for each in routed)) + sum(
        min(each_again, each.warm) for each in scheduled
    )
    return sum(each.cold for each in (*routed, *scheduled)) + again
