"""The arithmetic of the estimate: a footprint, a load and assumptions to quantities at prices."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tools.cost import prices
from tools.cost.assumptions import Assumptions
from tools.cost.footprint import Footprint, Function
from tools.cost.prices import Price
from tools.cost.schedules import DAYS_OF_MONTH

MONTH_SECONDS = DAYS_OF_MONTH * 86_400
_GB = 1e9
_MB_OF_GB = 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill."""

    name: str
    quantity: float
    """What is used in a month, in the price's unit."""
    price: Price
    free: float = 0
    """How much of the quantity is not paid for."""

    @property
    def usd(self) -> float:
        """What the line costs in a month, in dollars."""
        return self.price.cost(max(self.quantity - self.free, 0))


@dataclass(frozen=True, slots=True)
class _Calls:
    """Calls of functions of one kind."""

    function: Function
    calls: float
    cold: float
    """How many of them start an environment."""
    warm_ms: float
    """What each is billed without its start, if any."""


def requests_of(users: float, assumptions: Assumptions) -> float:
    """Return the requests that so many users send in a month."""
    return users * assumptions.requests_per_user_day * DAYS_OF_MONTH


def estimate(stage: Footprint, requests: float, assumptions: Assumptions, *, free_tier: bool = False) -> list[Line]:
    """Return the lines of a month's bill for so many requests to the API, in an order that does not depend on them.

    Every line stands there even if its quantity is 0 at this load. With `free_tier` the quantities that every account
    has free are taken off, as if this stage were alone in its account.
    """
    lines = [
        *_gateway(stage, requests, assumptions),
        *_functions(stage, requests, assumptions),
        *_secrets(stage, requests, assumptions),
        *_seeing(stage, requests, assumptions),
        *_storage(stage, assumptions),
    ]
    if not free_tier:
        return lines
    # Of two lines at the same allowance, the first uses it.
    left: dict[str, float] = {}
    return [_with_free(line, left) for line in lines]


def cold_share(calls: float, functions: float, assumptions: Assumptions) -> float:
    """Return the share of calls that find no environment waiting, if they come at random to equally busy functions.

    An environment is gone if nobody calls for `idle_minutes`: with independent calls the chance of so long a gap is
    e to the minus (calls expected in it).
    """
    expected = calls / functions / MONTH_SECONDS * assumptions.idle_minutes * 60
    return max(math.exp(-expected), assumptions.least_cold_share)


def _with_free(line: Line, left: dict[str, float]) -> Line:
    # One allowance of Lambda's time for both processors.
    allowance = "Lambda time" if line.price in prices.LAMBDA_SECONDS.values() else line.name
    available = left.get(allowance, line.price.free)
    used = min(available, line.quantity)
    left[allowance] = available - used
    return Line(line.name, line.quantity, line.price, used)


def _calls(stage: Footprint, requests: float, assumptions: Assumptions) -> list[_Calls]:
    hashed = requests * assumptions.password_share
    cold = cold_share(requests, assumptions.busy_functions, assumptions)
    found = [
        _Calls(stage.usual, requests - hashed, (requests - hashed) * cold, assumptions.request_ms),
        _Calls(stage.largest, hashed, hashed * cold, assumptions.password_ms),
    ]
    if stage.authorizer is not None:
        asked = requests * assumptions.authorized_share
        if stage.authorizer_remembers:
            asked /= assumptions.requests_per_visit
        found.append(
            _Calls(stage.authorizer, asked, asked * cold_share(asked, 1, assumptions), assumptions.authorizer_ms)
        )
    found += [
        _Calls(
            each.function,
            each.runs,
            each.runs * cold_share(each.runs, 1, assumptions),
            1000 * assumptions.scheduled_seconds,
        )
        for each in stage.scheduled
    ]
    return found


def _gateway(stage: Footprint, requests: float, assumptions: Assumptions) -> Iterator[Line]:
    if stage.apis:
        yield Line("API Gateway: requests", requests, prices.GATEWAY_REQUESTS)
    yield Line("data out to the internet", requests * assumptions.answer_bytes / _GB, prices.TRANSFER)
    if stage.web_acls:
        yield Line("WAF: web ACLs", len(stage.web_acls), prices.WEB_ACLS)
        yield Line("WAF: rules", sum(acl.rules for acl in stage.web_acls), prices.WEB_ACL_RULES)
        yield Line("WAF: requests", requests * len(stage.web_acls), prices.WEB_ACL_REQUESTS)


def _functions(stage: Footprint, requests: float, assumptions: Assumptions) -> Iterator[Line]:
    seconds: dict[str, float] = defaultdict(float)
    restored_gb = 0.0
    calls = _calls(stage, requests, assumptions)
    for each in calls:
        memory_gb = each.function.memory_mb / _MB_OF_GB
        # A snapshot is restored instead of a start, which then takes no billed time of its own.
        cold_ms = 0 if each.function.snapshots else assumptions.cold_ms
        seconds[each.function.architecture] += memory_gb * (each.calls * each.warm_ms + each.cold * cold_ms) / 1000
        restored_gb += memory_gb * each.cold if each.function.snapshots else 0
    yield Line("Lambda: calls", sum(each.calls for each in calls), prices.LAMBDA_REQUESTS)
    for architecture in sorted(seconds):
        yield Line(f"Lambda: time, {architecture}", seconds[architecture], prices.LAMBDA_SECONDS[architecture])
    if stage.snapshots:
        kept_gb = sum(function.memory_mb for function in stage.snapshots) / _MB_OF_GB
        yield Line("SnapStart: one version of each", kept_gb * MONTH_SECONDS, prices.SNAPSHOTS)
        yield Line("SnapStart: restores", restored_gb, prices.SNAPSHOT_RESTORES)
    if any(each.by_scheduler for each in stage.scheduled):
        runs = sum(each.runs for each in stage.scheduled if each.by_scheduler)
        yield Line("EventBridge Scheduler: calls", runs, prices.SCHEDULER_CALLS)


def _secrets(stage: Footprint, requests: float, assumptions: Assumptions) -> Iterator[Line]:
    """Every start reads its secret, and every environment reads it again when what it has read is too old."""
    calls = _calls(stage, requests, assumptions)
    environments = assumptions.busy_functions + (stage.authorizer is not None)
    again = min(
        environments * MONTH_SECONDS / assumptions.secret_seconds, sum(each.calls - each.cold for each in calls)
    )
    reads = sum(each.cold for each in calls) + again
    if stage.secrets:
        yield Line("Secrets Manager: secrets", stage.secrets, prices.SECRETS)
        yield Line("Secrets Manager: reads", reads, prices.SECRET_READS)
    if stage.keys:
        under_keys = reads * stage.secrets_under_keys / stage.secrets if stage.secrets else 0
        yield Line("KMS: keys", stage.keys, prices.KEYS)
        yield Line("KMS: requests", stage.keys * assumptions.other_key_requests + under_keys, prices.KEY_REQUESTS)


def _seeing(stage: Footprint, requests: float, assumptions: Assumptions) -> Iterator[Line]:
    logged = sum(each.calls for each in _calls(stage, requests, assumptions)) * assumptions.call_log_bytes
    if stage.access_logs:
        logged += requests * assumptions.access_log_bytes
    for acl in stage.web_acls:
        if acl.logged:
            share = assumptions.firewall_logged_share if acl.filtered else 1
            logged += requests * share * assumptions.firewall_log_bytes
    months_kept = stage.log_retention_days / DAYS_OF_MONTH
    yield Line("CloudWatch: logs coming in", logged / _GB, prices.LOGS_IN)
    yield Line("CloudWatch: logs kept", logged / _GB * months_kept * assumptions.log_compression, prices.LOGS_KEPT)
    if stage.traced:
        yield Line("X-Ray: traces", _traces(requests, assumptions), prices.TRACES)
    for name, quantity, price in (
        ("CloudWatch: alarms", stage.alarms.ordinary, prices.ALARMS),
        ("CloudWatch: fast alarms", stage.alarms.fast, prices.FAST_ALARMS),
        ("CloudWatch: composite alarms", stage.alarms.composite, prices.COMPOSITE_ALARMS),
        ("CloudWatch: own metrics", stage.metrics, prices.METRICS),
        ("CloudWatch: dashboards", stage.dashboards, prices.DASHBOARDS),
        ("SNS: mails", stage.topics * assumptions.mails, prices.MAILS),
    ):
        if quantity:
            yield Line(name, quantity, price)


def _traces(requests: float, assumptions: Assumptions) -> float:
    """Return how many requests X-Ray records, if they come evenly: the most that it can be."""
    always = min(requests, assumptions.traces_per_second * MONTH_SECONDS)
    return always + (requests - always) * assumptions.traced_share


def _storage(stage: Footprint, assumptions: Assumptions) -> Iterator[Line]:
    if stage.buckets:
        runs = sum(each.runs for each in stage.scheduled)
        yield Line("S3: stored", stage.buckets * assumptions.stored_gb, prices.STORAGE)
        yield Line("S3: writes", runs * assumptions.writes_per_run, prices.STORAGE_WRITES)
    if stage.queues:
        yield Line("SQS: requests", stage.queues * assumptions.queue_requests, prices.QUEUE_REQUESTS)
