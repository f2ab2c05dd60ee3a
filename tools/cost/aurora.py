"""Cost of Aurora clusters: the time that they are active, their capacity, and their storage."""

import math
from collections.abc import Iterator

from tools.cost import prices
from tools.cost.assumptions import Assumptions
from tools.cost.calls import MONTH_SECONDS, run_seconds
from tools.cost.cluster import Cluster
from tools.cost.footprint import Footprint
from tools.cost.lines import Line
from tools.cost.schedules import HOURS_OF_MONTH

_DAY_HOURS = 24
_GB = 1e9


def awake_share(stage: Footprint, cluster: Cluster, requests: float, assumptions: Assumptions) -> float:
    """Return the share of a month in which a cluster is active.

    A cluster pauses after `pause_seconds` without connections. An idle environment stays connected until Lambda
    discards it or the server closes the session. Requests at random times therefore keep the cluster active, except in
    gaps that are longer than both times together. A scheduled run keeps it active for its own duration and both times.
    Requests and schedules are assumed to be independent, so that their times overlap at random.
    """
    if cluster.pause_seconds is None:
        return 1
    connected = min(assumptions.idle_minutes * 60, cluster.session_seconds or math.inf)
    after = connected + cluster.pause_seconds
    visited = assumptions.visited_hours / _DAY_HOURS
    asleep = 1 - visited * (1 - math.exp(-requests / (visited * MONTH_SECONDS) * after))
    for each in stage.scheduled:
        asleep *= 1 - min(each.runs * (run_seconds(each, assumptions) + after) / MONTH_SECONDS, 1)
    return 1 - asleep


def capacity_hours(stage: Footprint, cluster: Cluster, requests: float, assumptions: Assumptions) -> float:
    """Return the capacity of all instances of a cluster in a month, in ACU-hours.

    The capacity for requests is added to the minimum capacity, because requests come in bursts.
    """
    awake = awake_share(stage, cluster, requests, assumptions)
    if not awake:
        return 0
    least = max(cluster.least_acu, assumptions.idle_acu)
    busy = requests * assumptions.database_ms / 1000 * assumptions.acu_of_a_processor / (awake * MONTH_SECONDS)
    following, resting = (min(size, cluster.most_acu) for size in (least + busy, least))
    return awake * HOURS_OF_MONTH * (cluster.following * following + cluster.resting * resting)


def aurora(stage: Footprint, requests: float, assumptions: Assumptions) -> Iterator[Line]:
    """Yield the bill's lines for the stage's clusters, if it has any."""
    if not stage.clusters:
        return
    asked = requests * assumptions.database_reads
    asked += sum(each.runs for each in stage.scheduled if each.function.keeps) * assumptions.database_reads_per_run
    stored_gb = len(stage.clusters) * assumptions.database_gb
    # Backups up to the size of the database and a single day of them are free. Changes on the other days are billed.
    changed_days = sum(each.backup_days for each in stage.clusters if each.backup_days > 1)
    backed_up_gb = changed_days * assumptions.database_changed_share * assumptions.database_gb
    hours = sum(capacity_hours(stage, each, requests, assumptions) for each in stage.clusters)
    yield Line("Aurora: capacity", hours, prices.AURORA_CAPACITY)
    yield Line("Aurora: stored", stored_gb, prices.AURORA_STORAGE)
    yield Line("Aurora: reads and writes", asked, prices.AURORA_REQUESTS)
    yield Line("Aurora: backups", backed_up_gb, prices.AURORA_BACKUPS)


def logged_bytes(stage: Footprint, requests: float, assumptions: Assumptions) -> float:
    """Return the bytes that clusters log in a month: reports while they are active, and exported logs."""
    reports = sum(
        each.reports_a_second * MONTH_SECONDS * awake_share(stage, each, requests, assumptions)
        for each in stage.clusters
    )
    exported = sum(each.logged for each in stage.clusters) * assumptions.database_log_gb * _GB
    return reports * assumptions.monitoring_bytes + exported
