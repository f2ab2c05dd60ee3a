"""Arithmetic of the estimate: from a footprint, a load and assumptions to quantities and prices."""

from collections import defaultdict
from collections.abc import Iterator

from tools.cost import prices
from tools.cost.assumptions import Assumptions
from tools.cost.aurora import aurora, logged_bytes
from tools.cost.calls import MONTH_SECONDS, Calls, calls_of_requests, calls_of_schedules, secret_reads
from tools.cost.footprint import Footprint
from tools.cost.lines import Line
from tools.cost.schedules import DAYS_OF_MONTH, HOURS_OF_MONTH

_GB = 1e9
_MB_OF_GB = 1024


def requests_of(users: float, assumptions: Assumptions) -> float:
    """Return the requests per month of a number of users."""
    return users * assumptions.requests_per_user_day * DAYS_OF_MONTH


def estimate(stage: Footprint, requests: float, assumptions: Assumptions, *, free_tier: bool = False) -> list[Line]:
    """Return the lines of a month's bill for a number of requests to the API.

    Lines and their order do not depend on the load: a line is included even if its quantity is 0. With `free_tier`, the
    free allowances of an account are subtracted, as if this stage were alone in its account.
    """
    lines = [
        *_gateway(stage, requests, assumptions),
        *_functions(stage, requests, assumptions),
        *_secrets(stage, requests, assumptions),
        *_seeing(stage, requests, assumptions),
        *_storage(stage, assumptions),
        *aurora(stage, requests, assumptions),
        *_network(stage, requests, assumptions),
    ]
    if not free_tier:
        return lines
    # If two lines share an allowance, the first uses it first.
    left: dict[str, float] = {}
    return [_with_free(line, left) for line in lines]


def _with_free(line: Line, left: dict[str, float]) -> Line:
    # Both processor architectures share one allowance of Lambda time.
    allowance = "Lambda time" if line.price in prices.LAMBDA_SECONDS.values() else line.name
    available = left.get(allowance, line.price.free)
    used = min(available, line.quantity)
    left[allowance] = available - used
    return Line(line.name, line.quantity, line.price, used)


def _calls(stage: Footprint, requests: float, assumptions: Assumptions) -> list[Calls]:
    return [*calls_of_requests(stage, requests, assumptions), *calls_of_schedules(stage, assumptions)]


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
        cold_ms = assumptions.restored_ms if each.function.snapshots else assumptions.cold_ms
        seconds[each.function.architecture] += memory_gb * (each.calls * each.warm_ms + each.cold * cold_ms) / 1000
        restored_gb += memory_gb * each.cold if each.function.snapshots else 0
    yield Line("Lambda: calls", sum(each.calls for each in calls), prices.LAMBDA_REQUESTS)
    for architecture in sorted(seconds):
        yield Line(f"Lambda: time, {architecture}", seconds[architecture], prices.LAMBDA_SECONDS[architecture])
    if stage.snapshots:
        kept_gb = sum(function.memory_mb for function in stage.snapshots) / _MB_OF_GB
        yield Line("SnapStart: versions kept", kept_gb * MONTH_SECONDS, prices.SNAPSHOTS)
        yield Line("SnapStart: restores", restored_gb, prices.SNAPSHOT_RESTORES)
    if any(each.by_scheduler for each in stage.scheduled):
        runs = sum(each.runs for each in stage.scheduled if each.by_scheduler)
        yield Line("EventBridge Scheduler: calls", runs, prices.SCHEDULER_CALLS)


def _secrets(stage: Footprint, requests: float, assumptions: Assumptions) -> Iterator[Line]:
    reads = secret_reads(stage, requests, assumptions)
    if stage.secrets:
        yield Line("Secrets Manager: secrets", stage.secrets, prices.SECRETS)
        yield Line("Secrets Manager: reads", reads, prices.SECRET_READS)
    if stage.keys:
        under_keys = reads * stage.secrets_under_keys / stage.secrets if stage.secrets else 0
        yield Line("KMS: keys", stage.keys, prices.KEYS)
        yield Line("KMS: requests", stage.keys * assumptions.other_key_requests + under_keys, prices.KEY_REQUESTS)


def _seeing(stage: Footprint, requests: float, assumptions: Assumptions) -> Iterator[Line]:
    logged = sum(each.calls for each in _calls(stage, requests, assumptions)) * assumptions.call_log_bytes
    logged += sum(each.runs for each in stage.scheduled) * assumptions.run_log_bytes
    logged += logged_bytes(stage, requests, assumptions)
    if stage.access_logs:
        logged += requests * assumptions.access_log_bytes
    for acl in stage.web_acls:
        if acl.logged:
            share = assumptions.firewall_logged_share if acl.filtered else 1
            logged += requests * share * assumptions.firewall_log_bytes
    months_kept = stage.log_retention_days / DAYS_OF_MONTH
    yield Line("CloudWatch: logs coming in", logged / _GB, prices.LOGS_IN)
    yield Line("CloudWatch: logs kept", logged / _GB * months_kept * assumptions.log_compression, prices.LOGS_KEPT)
    scheduled = sum(each.runs for each in stage.scheduled if each.function.traced)
    if stage.traced or scheduled:
        routed = _traces(requests, assumptions) if stage.traced else 0
        yield Line("X-Ray: traces", routed + scheduled, prices.TRACES)
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
    """Return the number of requests that X-Ray records if they come evenly, which is the maximum."""
    always = min(requests, assumptions.traces_per_second * MONTH_SECONDS)
    return always + (requests - always) * assumptions.traced_share


def _storage(stage: Footprint, assumptions: Assumptions) -> Iterator[Line]:
    if stage.buckets:
        runs = sum(each.runs for each in stage.scheduled if each.function.keeps)
        yield Line("S3: stored", stage.buckets * assumptions.stored_gb, prices.STORAGE)
        yield Line("S3: writes", runs * assumptions.writes_per_run, prices.STORAGE_WRITES)
    if stage.queues:
        yield Line("SQS: requests", stage.queues * assumptions.queue_requests, prices.QUEUE_REQUESTS)


def _network(stage: Footprint, requests: float, assumptions: Assumptions) -> Iterator[Line]:
    network = stage.network
    reads_gb = secret_reads(stage, requests, assumptions) * assumptions.secret_read_bytes / _GB
    runs = sum(each.runs for each in stage.scheduled if each.function.in_network and each.function.keeps)
    outward_gb = runs * assumptions.outward_bytes_per_run / _GB
    privately = "secretsmanager" in network.private_services
    if network.nat_gateways:
        yield Line("NAT: gateways", network.nat_gateways * HOURS_OF_MONTH, prices.NAT_HOURS)
        yield Line("NAT: data", outward_gb + (0 if privately else reads_gb), prices.NAT_DATA)
    if network.addresses:
        yield Line("public IPv4 addresses", network.addresses * HOURS_OF_MONTH, prices.ADDRESSES)
    if network.endpoint_zones:
        yield Line("interface endpoints", network.endpoint_zones * HOURS_OF_MONTH, prices.ENDPOINT_HOURS)
        yield Line("interface endpoints: data", reads_gb if privately else 0, prices.ENDPOINT_DATA)
    if stage.clusters:
        between_gb = requests * assumptions.database_bytes * assumptions.other_zone_share / _GB
        yield Line("data between availability zones", between_gb, prices.ZONE_DATA)
    for name, flow_logs, price in (
        ("VPC: flow logs", network.flow_logs, prices.FLOW_LOGS),
        ("VPC: flow logs to S3", network.flow_logs_in_buckets, prices.FLOW_LOGS_TO_BUCKETS),
    ):
        if flow_logs:
            yield Line(name, flow_logs * assumptions.flow_log_gb, price)
