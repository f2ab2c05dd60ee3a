"""Database of a stage: a PostgreSQL outside the account, or Aurora in a stack of the stage."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from cdk.errors import DeploymentError

DATABASE_NAME = "pickvs"
"""Name of the database in Aurora."""
DATABASE_USER = "pickvs"
"""User that owns the tables in Aurora, and as which migrations and restores log in."""

_PAUSE_MINUTES = (5, 1440)
_BACKUP_DAYS = (1, 35)
_LEAST_ZONES = 2


class DatabaseTls(StrEnum):
    """How a function verifies the identity of the database server."""

    OFF = "off"
    """No verification, for the laptop's own database."""
    PUBLIC_ROOTS = "public-roots"
    """By a certificate from a public authority."""
    RDS_ROOTS = "rds-roots"
    """By a certificate from Amazon RDS. The layer contains the authorities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeonDatabase:
    """PostgreSQL outside the account. An engineer puts its addresses, pooled and direct, into the owner's secrets."""

    MODE: ClassVar[str] = "neon"

    tls: DatabaseTls = DatabaseTls.PUBLIC_ROOTS

    pooled: bool = True
    """Whether functions reach it through a transaction pooler. If not, they prepare their statements."""

    password_rotation_days: int = 30
    """Days between rotations of the passwords of the roles. The owner's password is changed at the provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuroraDatabase:
    """Aurora PostgreSQL Serverless v2 in the stage's own VPC. Raises DeploymentError for settings that AWS rejects."""

    MODE: ClassVar[str] = "aurora"

    tls: ClassVar[DatabaseTls] = DatabaseTls.RDS_ROOTS

    pooled: ClassVar[bool] = False
    """No pooler stands before Aurora."""

    min_acu: float
    """Minimum capacity of each instance in Aurora capacity units (2 GB of memory with matching CPU), in steps of 0.5.
    With 0 the cluster pauses when nothing is connected, and the next connection waits up to 15 s."""

    max_acu: float
    """Maximum capacity of each instance in Aurora capacity units."""

    pause_after_minutes: int | None
    """Minutes without connections before the cluster pauses (5 to 1440). None if it never pauses."""

    readers: int
    """Number of readers, each in another availability zone. They scale with the writer and take over if it fails."""

    backup_days: int
    """Days back to which any moment can be restored (1 to 35)."""

    availability_zones: int
    """Number of availability zones in which the VPC has subnets. Aurora requires at least 2."""

    nat_gateways: int
    """Number of NAT gateways for the functions' outbound connections, at least 1, each in another availability zone. If
    one fails, the functions that use it fail too."""

    monitoring_seconds: int
    """Seconds between reports of an instance's processes and memory (Enhanced Monitoring): 1, 5, 10, 15, 30 or 60."""

    password_rotation_days: int
    """Days between rotations of the passwords of the owner and of the roles."""

    monthly_budget_usd: int
    """Monthly budget in US dollars for cluster and network, in addition to the budget of the stage without them."""

    def __post_init__(self) -> None:
        """Reject settings that AWS would reject in the middle of a deployment."""
        if not 0 <= self.min_acu <= self.max_acu:
            raise DeploymentError(f"min_acu {self.min_acu:g} is not between 0 and max_acu {self.max_acu:g}")
        if (self.min_acu == 0) != (self.pause_after_minutes is not None):
            raise DeploymentError("pause_after_minutes belongs to a min_acu of 0, and to no other")
        for name, value, (least, most) in (
            ("pause_after_minutes", self.pause_after_minutes, _PAUSE_MINUTES),
            ("backup_days", self.backup_days, _BACKUP_DAYS),
            ("nat_gateways", self.nat_gateways, (1, self.availability_zones)),
        ):
            if value is not None and not least <= value <= most:
                raise DeploymentError(f"{name} {value} is not between {least} and {most}")
        if self.availability_zones < max(_LEAST_ZONES, self.readers + 1):
            raise DeploymentError(
                f"availability_zones {self.availability_zones} is too few: {_LEAST_ZONES} at least, and one for each "
                "instance"
            )


type Database = NeonDatabase | AuroraDatabase
