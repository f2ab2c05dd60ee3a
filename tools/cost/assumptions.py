"""What a template does not say: how the stage is used. Each of these is a flag of the command."""

from dataclasses import dataclass, field, fields
from typing import Any

from tools.cost.errors import CostError

_STATED = "stated; measure it once there are users"

_MOST = {"_share": 1, "_hours": 24}
"""The most that a field can be, by the end of its name."""


def _assumed(value: float, meaning: str, source: str = _STATED, *, at_least: float = 0) -> Any:
    return field(default=value, metadata={"meaning": meaning, "source": source, "at_least": at_least})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """How a stage is used; each field's metadata says what it means and where the figure is from."""

    requests_per_user_day: float = _assumed(20, "requests that a user sends in a day")
    password_share: float = _assumed(
        0.02, "share of the requests that compute a password's hash, on the largest function behind a route"
    )
    authorized_share: float = _assumed(0.6, "share of the requests that pass the authorizer")
    requests_per_visit: float = _assumed(
        5, "requests of one user within the authorizer's memory, of which only the first calls it", at_least=1
    )
    request_ms: float = _assumed(
        80,
        "billed time of a warm request",
        "stated: some milliseconds of processor time, and a few ways to the database and back; not measured on Lambda",
    )
    password_ms: float = _assumed(
        140,
        "billed time of a request that computes a hash",
        "argon2id at 19 MiB measured on one core: 18 ms; the rest is stated, as for any request",
    )
    authorizer_ms: float = _assumed(15, "billed time of a warm call of the authorizer")
    cold_ms: float = _assumed(
        1200,
        "billed time that a cold start adds",
        "imports measured on one core: 0.26 to 0.44 s; the rest, for the runtime, a secret and a connection, stated. "
        "AWS bills this time since 2025-08-01",
    )
    busy_functions: float = _assumed(8, "functions that the requests are spread over", at_least=1)
    idle_minutes: float = _assumed(10, "how long Lambda keeps an environment that nobody calls")
    least_cold_share: float = _assumed(0.002, "share of cold starts however busy a function is")
    restored_ms: float = _assumed(
        400,
        "billed time that a start from a snapshot adds",
        "stated: the runtime is loaded, and the first request reads a secret and connects; AWS bills both",
    )
    scheduled_seconds: float = _assumed(20, "billed time of a scheduled run that keeps something in a bucket")
    glance_seconds: float = _assumed(3, "billed time of a scheduled run that only looks, at the database or the API")
    secret_seconds: float = _assumed(
        300,
        "how long a function keeps a secret that it has read",
        "what the functions are deployed with",
        at_least=1,
    )
    call_log_bytes: float = _assumed(
        600,
        "bytes logged by Lambda for a call",
        "its lines START, END and REPORT with 26 bytes each that CloudWatch "
        "adds; the functions log nothing for an ordinary request",
    )
    access_log_bytes: float = _assumed(600, "bytes of a line of the gateway's access log", "the format in the template")
    firewall_log_bytes: float = _assumed(1500, "bytes of a line of the web ACL's log")
    firewall_logged_share: float = _assumed(0.02, "share of the requests that a filtered log of the web ACL keeps")
    run_log_bytes: float = _assumed(
        2000, "bytes that a scheduled run logs itself", "stated: a few lines, and its metrics, which are lines too"
    )
    log_compression: float = _assumed(
        0.15, "size of a kept log to what came in", "the examples on aws.amazon.com/cloudwatch/pricing; not verified"
    )
    traces_per_second: float = _assumed(
        1, "requests a second that X-Ray always records", "the default sampling rule: X-Ray developer guide"
    )
    traced_share: float = _assumed(
        0.05, "share of the other requests that X-Ray records", "the default sampling rule: X-Ray developer guide"
    )
    answer_bytes: float = _assumed(6000, "bytes that leave AWS for a request, headers included")
    stored_gb: float = _assumed(
        5, "GB in each bucket", "stated: a compressed export of 4 MB every 45 minutes, kept for 35 days, is 4.5 GB"
    )
    writes_per_run: float = _assumed(20, "objects that a scheduled run writes, if it keeps something in a bucket")
    queue_requests: float = _assumed(1000, "requests to each queue in a month; all queues are for what failed")
    mails: float = _assumed(50, "mails that each topic sends in a month")
    other_key_requests: float = _assumed(20_000, "requests to each KMS key that are not for a secret")
    visited_hours: float = _assumed(
        18, "hours of a day in which requests come; in the others only schedules wake a cluster that pauses", at_least=1
    )
    idle_acu: float = _assumed(
        0.5,
        "least size of an instance that is awake, in Aurora capacity units",
        "the least that runs: Aurora user guide. Reports and exported logs may hold it higher (AWS's agent toolkit): "
        "watch ServerlessDatabaseCapacity",
    )
    database_ms: float = _assumed(5, "processor time that a request takes of a cluster")
    acu_of_a_processor: float = _assumed(
        4, "capacity units that keep one processor busy", "acu_calculator.py, AWS's agent toolkit"
    )
    database_gb: float = _assumed(10, "GB in each cluster", "stated: a season with 1,000 users is under one")
    database_changed_share: float = _assumed(0.05, "share of a cluster that changes in a day, which backups keep")
    database_reads: float = _assumed(4, "requests to a cluster's storage for a request to the API")
    database_reads_per_run: float = _assumed(
        5000, "requests to a cluster's storage for a scheduled run that keeps something in a bucket"
    )
    database_bytes: float = _assumed(20_000, "bytes between a function and a cluster for a request to the API")
    other_zone_share: float = _assumed(
        0.5, "share of those that come from another availability zone", "two zones, and one writer"
    )
    monitoring_bytes: float = _assumed(6000, "bytes of a report of a cluster's Enhanced Monitoring")
    database_log_gb: float = _assumed(0.1, "GB that a cluster's exported log has in a month")
    flow_log_gb: float = _assumed(0.5, "GB that a network's flow log has in a month")
    outward_bytes_per_run: float = _assumed(
        3e6, "bytes that a scheduled run in a network exchanges with the outside, if it keeps something in a bucket"
    )
    secret_read_bytes: float = _assumed(
        10_000, "bytes of reading a secret", "stated: most of it is the start of the connection"
    )

    def __post_init__(self) -> None:
        """Refuse what cannot be: a share above 1, a divisor near 0."""
        for each in fields(self):
            value, least = getattr(self, each.name), each.metadata["at_least"]
            most = next((most for end, most in _MOST.items() if each.name.endswith(end)), float("inf"))
            if not least <= value <= most:
                at_most = "" if most == float("inf") else f" and at most {most:g}"
                raise CostError(f"{each.name} is {value:g}; it must be at least {least:g}{at_most}")
