"""Assumptions on how a stage is used, which its templates do not say. Each is a flag of the command."""

from dataclasses import dataclass, field, fields
from typing import Any

from tools.cost.errors import CostError

_STATED = "assumed; measure it once there are users"

_MOST = {"_share": 1, "_hours": 24}
"""Maximum of a field, by the end of its name."""


def _assumed(value: float, meaning: str, source: str = _STATED, *, at_least: float = 0) -> Any:
    return field(default=value, metadata={"meaning": meaning, "source": source, "at_least": at_least})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """Assumptions on how a stage is used. The metadata of a field has its meaning and the source of its value."""

    requests_per_user_day: float = _assumed(20, "requests per user and day")
    password_share: float = _assumed(
        0.02, "share of the requests that hash a password, on the function behind a route with the most memory"
    )
    authorized_share: float = _assumed(0.6, "share of the requests that pass the authorizer")
    requests_per_visit: float = _assumed(
        5, "requests of one user while the authorizer's answer is cached; only the first invokes it", at_least=1
    )
    request_ms: float = _assumed(
        80,
        "billed milliseconds of a warm request",
        "assumed: a few milliseconds of CPU time and a few round trips to the database; not measured on Lambda",
    )
    password_ms: float = _assumed(
        140,
        "billed milliseconds of a request that hashes a password",
        "argon2id at 19 MiB measured on one core: 18 ms; the rest is assumed, as for any request",
    )
    authorizer_ms: float = _assumed(15, "billed milliseconds of a warm invocation of the authorizer")
    cold_ms: float = _assumed(
        1200,
        "billed milliseconds that a cold start adds",
        "imports measured on one core: 0.26 to 0.44 s; the rest, for the runtime, a secret and a connection, is "
        "assumed. AWS has billed this time since 2025-08-01",
    )
    busy_functions: float = _assumed(8, "functions over which the requests are spread", at_least=1)
    idle_minutes: float = _assumed(10, "minutes for which Lambda keeps an idle environment")
    least_cold_share: float = _assumed(0.002, "minimum share of cold starts, however busy a function is")
    restored_ms: float = _assumed(
        400,
        "billed milliseconds that a start from a snapshot adds",
        "assumed: the runtime is loaded, and the first request reads a secret and connects; AWS bills both",
    )
    scheduled_seconds: float = _assumed(20, "billed seconds of a scheduled run that uses a bucket")
    glance_seconds: float = _assumed(3, "billed seconds of a scheduled run that only checks the database or the API")
    build_ms: float = _assumed(
        3000,
        "billed milliseconds of a build of 150 lineups, apart from its cold start",
        "150 lineups at exposure 0.4 measured on one core: 0.9 to 1.7 s; the rest, to read the slate and to store the "
        "lineups, is assumed",
    )
    secret_seconds: float = _assumed(
        300,
        "seconds for which a function caches a secret",
        "the setting with which the functions are deployed",
        at_least=1,
    )
    call_log_bytes: float = _assumed(
        600,
        "bytes that Lambda logs per invocation",
        "its lines START, END and REPORT, and 26 bytes per line that CloudWatch "
        "adds; the functions log nothing for an ordinary request",
    )
    access_log_bytes: float = _assumed(600, "bytes of a line of the gateway's access log", "the format in the template")
    firewall_log_bytes: float = _assumed(1500, "bytes of a line of the web ACL's log")
    firewall_logged_share: float = _assumed(0.02, "share of the requests in a filtered log of the web ACL")
    run_log_bytes: float = _assumed(
        2000, "bytes that a scheduled run logs itself", "assumed: a few lines, and its metrics, which are lines too"
    )
    log_compression: float = _assumed(
        0.15, "ratio of stored to ingested log bytes", "the examples on aws.amazon.com/cloudwatch/pricing; not verified"
    )
    traces_per_second: float = _assumed(
        1, "requests per second that X-Ray always records", "the default sampling rule: X-Ray developer guide"
    )
    traced_share: float = _assumed(
        0.05, "share of the other requests that X-Ray records", "the default sampling rule: X-Ray developer guide"
    )
    answer_bytes: float = _assumed(6000, "bytes that leave AWS for a request, headers included")
    stored_gb: float = _assumed(
        5, "GB in each bucket", "assumed: a compressed export of 4 MB every 45 minutes, kept for 35 days, is 4.5 GB"
    )
    writes_per_run: float = _assumed(20, "objects that a scheduled run writes, if it uses a bucket")
    queue_requests: float = _assumed(1000, "requests per queue and month; all queues are dead-letter queues")
    mails: float = _assumed(50, "mails per topic and month")
    other_key_requests: float = _assumed(20_000, "requests per KMS key and month, apart from those for secrets")
    visited_hours: float = _assumed(
        18, "hours per day with requests; in the others, only schedules resume a paused cluster", at_least=1
    )
    idle_acu: float = _assumed(
        0.5,
        "minimum size of an active instance, in Aurora capacity units",
        "the minimum that runs: Aurora user guide. Monitoring and exported logs may keep it higher (AWS's agent "
        "toolkit): watch ServerlessDatabaseCapacity",
    )
    database_ms: float = _assumed(5, "CPU milliseconds of a cluster per request")
    acu_of_a_processor: float = _assumed(
        4, "Aurora capacity units per busy CPU", "acu_calculator.py, AWS's agent toolkit"
    )
    database_gb: float = _assumed(10, "GB in each cluster", "assumed: a season with 1,000 users is under 1 GB")
    database_changed_share: float = _assumed(0.05, "share of a cluster that changes per day, which backups store")
    database_reads: float = _assumed(4, "requests to a cluster's storage per request to the API")
    database_reads_per_run: float = _assumed(
        5000, "requests to a cluster's storage per scheduled run that uses a bucket"
    )
    database_bytes: float = _assumed(20_000, "bytes between a function and a cluster per request to the API")
    other_zone_share: float = _assumed(
        0.5, "share of these bytes that cross availability zones", "two zones, and one writer"
    )
    monitoring_bytes: float = _assumed(6000, "bytes of one Enhanced Monitoring report")
    database_log_gb: float = _assumed(0.1, "GB per month of a cluster's exported log")
    flow_log_gb: float = _assumed(0.5, "GB per month of a network's flow log")
    outward_bytes_per_run: float = _assumed(
        3e6, "bytes that a scheduled run in a network exchanges with the internet, if it uses a bucket"
    )
    secret_read_bytes: float = _assumed(
        10_000, "bytes to read a secret", "assumed: most of them establish the connection"
    )

    def __post_init__(self) -> None:
        """Reject impossible values: a share above 1, a divisor near 0. Raises CostError."""
        for each in fields(self):
            value, least = getattr(self, each.name), each.metadata["at_least"]
            most = next((most for end, most in _MOST.items() if each.name.endswith(end)), float("inf"))
            if not least <= value <= most:
                at_most = "" if most == float("inf") else f" and at most {most:g}"
                raise CostError(f"{each.name} is {value:g}; it must be at least {least:g}{at_most}")
