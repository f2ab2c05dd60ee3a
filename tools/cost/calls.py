"""How often each kind of function is called, for how long, and how often it asks for a secret."""

import math
from dataclasses import dataclass

from tools.cost.assumptions import Assumptions
from tools.cost.footprint import Footprint, Function, Scheduled
from tools.cost.schedules import HOURS_OF_MONTH

MONTH_SECONDS = HOURS_OF_MONTH * 3600


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of functions of one kind."""

    function: Function
    calls: float
    cold: float
    """How many of them start an environment."""
    warm_ms: float
    """What each is billed without its start, if any."""

    @property
    def warm(self) -> float:
        """How many find an environment waiting."""
        return self.calls - self.cold


def calls_of_requests(stage: Footprint, requests: float, assumptions: Assumptions) -> list[Calls]:
    """Return the calls for so many requests in a month."""
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
    """Return the calls of a month that schedules make, one item for each schedule."""
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
    """Return how long a scheduled run takes: long if it brings something in or takes it out, short if it looks."""
    return assumptions.scheduled_seconds if scheduled.function.keeps else assumptions.glance_seconds


def cold_share(calls: float, functions: float, assumptions: Assumptions) -> float:
    """Return the share of calls that find no environment waiting, if they come at random to equally busy functions.

    An environment is gone if nobody calls for `idle_minutes`: with independent calls the chance of so long a gap is
    e to the minus (calls expected in it).
    """
    expected = calls / functions / MONTH_SECONDS * assumptions.idle_minutes * 60
    return max(math.exp(-expected), assumptions.least_cold_share)


def secret_reads(stage: Footprint, requests: float, assumptions: Assumptions) -> float:
    """Return how often secrets are read in a month.

    Every start reads its secret, and every environment reads it again when what it has read is too old.
    """
    each_again = MONTH_SECONDS / assumptions.secret_seconds
    environments = assumptions.busy_functions + (stage.authorizer is not None)
    routed, scheduled = calls_of_requests(stage, requests, assumptions), calls_of_schedules(stage, assumptions)
    again = min(environments * each_again, sum(each.warm for each in routed)) + sum(
        min(each_again, each.warm) for each in scheduled
    )
    return sum(each.cold for each in (*routed, *scheduled)) + again
