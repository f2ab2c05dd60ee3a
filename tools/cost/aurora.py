"""What a cluster costs: how long it is awake, how large it is then, and what it stores."""

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
    """Return the part of a month in which a cluster is awake.

    One that pauses falls asleep when for so long nobody was connected, and an environment that nobody calls stays
    connected until Lambda gives it up or the server ends the session. So requests that come at random keep it awake but
    for gaps longer than both together; each scheduled run keeps it awake for itself and both. Requests and schedules
    are taken to be independent of each other, so their times overlap by chance.
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
    """Return the capacity that all instances of a cluster have in a month, in ACU-hours.

    What requests keep busy comes on top of the least capacity, because they come in bursts.
    """
    awake = awake_share(stage, cluster, requests, assumptions)
    if not awake:
        return 0
    least = max(cluster.least_acu, assumptions.idle_acu)
    busy = requests * assumptions.database_ms / 1000 * assumptions.acu_of_a_processor / (awake * MONTH_SECONDS)
    following, resting = (min(size, cluster.most_acu) for size in (least + busy, least))
    return awake * HOURS_OF_MONTH * (cluster.following * following + cluster.resting * resting)


def aurora(stage: Footprint, requests: float, assumptions: Assumptions) -> Iterator[Line]:
    """Yield the lines of the stage's clusters, if it has any."""
    if not stage.clusters:
        return
    asked = requests * assumptions.database_reads
    asked += sum(each.runs for each in stage.scheduled if each.function.keeps) * assumptions.database_reads_per_run
    stored_gb = len(stage.clusters) * assumptions.database_gb
    # As large as the database once is free, and so is a single day: what changed in the others is paid.
    changed_days = sum(each.backup_days for each in stage.clusters if each.backup_days > 1)
    backed_up_gb = changed_days * assumptions.database_changed_share * assumptions.database_gb
    hours = sum(capacity_hours(stage, each, requests, assumptions) for each in stage.clusters)
    yield Line("Aurora: capacity", hours, prices.AURORA_CAPACITY)
    yield Line("Aurora: stored", stored_gb, prices.AURORA_STORAGE)
    yield Line("Aurora: reads and writes", asked, prices.AURORA_REQUESTS)
    yield Line("Aurora: backups", backed_up_gb, prices.AURORA_BACKUPS)


def logged_bytes(stage: Footprint, requests: float, assumptions: Assumptions) -> float:
    """Return what clusters log in a month: reports while they are awake, and a log if it is exported."""
    reports = sum(
        each.reports_a_second * MONTH_SECONDS * awake_share(stage, each, requests, assumptions)
        for each in stage.clusters
    )
    exported = sum(each.logged for each in stage.clusters) * assumptions.database_log_gb * _GB
    return reports * assumptions.monitoring_bytes + exported
