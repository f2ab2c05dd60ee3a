from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """When the database is exported, and how long exports are kept."""

    back_up_schedule: str = "cron(30 9 * * ? *)"
    """When the database is exported: an EventBridge schedule expression, in UTC. Data written since the last export is
    lost with the database, unless the database has point-in-time recovery. An export may take 15 minutes, so
    `rate(45 minutes)` bounds the loss to one hour."""

    exports_expire_days: int = 7
    """Days after which an export is deleted, including its data of accounts that were erased meanwhile."""
