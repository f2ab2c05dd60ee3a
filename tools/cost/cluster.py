"""The Aurora clusters of a stage, as far as they are paid for."""

from dataclasses import dataclass

from tools.cost.errors import CostError
from tools.cost.inventory import Inventory, Resource

_PAUSE_SECONDS = 300
"""If the template does not say; of a cluster that may shrink to nothing."""
_FOLLOWING_TIER = 1
"""The last promotion tier whose instances are always as large as the writer; also the one that is not stated."""
_NO_RETENTION_STATED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One Aurora cluster of serverless instances."""

    least_acu: float
    """What each instance keeps, in Aurora capacity units, while it does not pause."""
    most_acu: float
    pause_seconds: float | None
    """How long nobody must have been connected before it pauses; None if it never does."""
    session_seconds: float | None
    """How long the server keeps a session open in which nothing is asked; None if for ever."""
    following: int
    """The writer, and the readers that are always as large as it."""
    resting: int
    """The other readers, which nobody asks anything."""
    backup_days: int
    reports_a_second: float
    """Reports of Enhanced Monitoring by all instances."""
    logged: bool
    """Whether its log is exported to CloudWatch."""


def clusters(inventory: Inventory) -> tuple[Cluster, ...]:
    """Return the clusters with what belongs to each. Raises CostError for one that is not serverless."""
    return tuple(_cluster(inventory, each) for each in inventory.of("AWS::RDS::DBCluster"))


def _cluster(inventory: Inventory, cluster: Resource) -> Cluster:
    stated = cluster.properties
    try:
        scaling = stated["ServerlessV2ScalingConfiguration"]
        least_acu, most_acu = float(scaling["MinCapacity"]), float(scaling["MaxCapacity"])
    except KeyError:
        raise CostError(f"{cluster} is not Serverless v2; the estimate knows no other kind") from None
    instances = [
        each
        for each in inventory.of("AWS::RDS::DBInstance")
        if inventory.named_by(each, "DBClusterIdentifier") == cluster
    ]
    # Whatever the tiers are, one of them writes.
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
