"""Aurora clusters of a stage: the properties that determine the bill."""

from dataclasses import dataclass

from tools.cost.errors import CostError
from tools.cost.inventory import Inventory, Resource

_PAUSE_SECONDS = 300
"""Default for a cluster with a minimum capacity of 0."""
_FOLLOWING_TIER = 1
"""Last promotion tier whose instances scale with the writer. It is also the default tier."""
_NO_RETENTION_STATED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Aurora cluster of serverless instances."""

    least_acu: float
    """Minimum capacity of each active instance in Aurora capacity units."""
    most_acu: float
    pause_seconds: float | None
    """Seconds without connections before the cluster pauses. None if it never pauses."""
    session_seconds: float | None
    """Seconds after which the server closes an idle session. None if it never does."""
    following: int
    """Number of instances that scale with the writer, including the writer."""
    resting: int
    """Number of other readers. They receive no queries."""
    backup_days: int
    reports_a_second: float
    """Enhanced Monitoring reports per second of all instances."""
    logged: bool
    """Whether its log is exported to CloudWatch."""


def clusters(inventory: Inventory) -> tuple[Cluster, ...]:
    """Return the clusters with their instances. Raises CostError for a cluster that is not serverless."""
    return tuple(_cluster(inventory, each) for each in inventory.of("AWS::RDS::DBCluster"))


def _cluster(inventory: Inventory, cluster: Resource) -> Cluster:
    stated = cluster.properties
    try:
        scaling = stated["ServerlessV2ScalingConfiguration"]
        least_acu, most_acu = float(scaling["MinCapacity"]), float(scaling["MaxCapacity"])
    except KeyError:
        raise CostError(f"{cluster} is not Serverless v2; the estimate supports no other kind") from None
    instances = [
        each
        for each in inventory.of("AWS::RDS::DBInstance")
        if inventory.named_by(each, "DBClusterIdentifier") == cluster
    ]
    # One instance is the writer, whatever the tiers are.
    following = max(
        sum(int(each.properties.get("PromotionTier", _FOLLOWING_TIER)) <= _FOLLOWING_TIER for each in instances),
        min(len(instances), 1),
    )
    return Cluster(
        least_acu=least_acu,
        most_acu=most_acu,
        pause_seconds=float(scaling.get("SecondsUntilAutoPause", _PAUSE_SECONDS)) if least_acu == 0 else None,
        session_seconds=_session_seconds(inventory, cluster),
        following=following,
        resting=len(instances) - following,
        backup_days=int(stated.get("BackupRetentionPeriod", _NO_RETENTION_STATED)),
        reports_a_second=sum(
            1 / seconds
            for seconds in (float(each.properties.get("MonitoringInterval", 0)) for each in instances)
            if seconds
        ),
        logged=bool(stated.get("EnableCloudwatchLogsExports")),
    )


def _session_seconds(inventory: Inventory, cluster: Resource) -> float | None:
    group = inventory.named_by(cluster, "DBClusterParameterGroupName")
    stated = {} if group is None else group.properties.get("Parameters", {})
    milliseconds = float(stated.get("idle_session_timeout", 0))
    return milliseconds / 1000 or None
