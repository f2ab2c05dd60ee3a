"""What keeps a stage's data: a PostgreSQL that somebody else runs, or one that the stack makes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from cdk.errors import DeploymentError

DATABASE_NAME = "pickvs"
"""What the database is called on a server of the stack's own."""
DATABASE_USER = "pickvs"
"""Whose the tables are on such a server, and as whom the functions come."""

_PAUSE_MINUTES = (5, 1440)
_BACKUP_DAYS = (1, 35)
_LEAST_ZONES = 2


class DatabaseTls(StrEnum):
    """How a function makes sure that it speaks with the database and with nobody else."""

    OFF = "off"
    """Not at all: the laptop's own database."""
    PUBLIC_ROOTS = "public-roots"
    """By a certificate of a public authority."""
    RDS_ROOTS = "rds-roots"
    """By a certificate of Amazon RDS, whose authorities come with the layer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeonDatabase:
    """A PostgreSQL outside the account, at the addresses that an engineer puts into two secrets: pooled and direct."""

    MODE: ClassVar[str] = "neon"

    tls: DatabaseTls = DatabaseTls.PUBLIC_ROOTS


@dataclass(frozen=True, slots=True, kw_only=True)
class AuroraDatabase:
    """Aurora PostgreSQL Serverless v2 in a network of the stage's own. Raises DeploymentError for what AWS refuses."""

    MODE: ClassVar[str] = "aurora"

    tls: ClassVar[DatabaseTls] = DatabaseTls.RDS_ROOTS

    min_acu: float
    """What each instance keeps ready, in Aurora capacity units (2 GB of memory and the processor that goes with it), in
    halves. With 0 it pauses when nobody is connected, and the next one waits up to 15 s for it."""

    max_acu: float
    """How far each instance grows, in Aurora capacity units."""

    pause_after_minutes: int | None
    """How long nobody must have been connected before it pauses: 5 to 1440. None if it never pauses."""

    readers: int
    """Instances beside the writer, each in another availability zone and as large as it, to take over when it fails."""

    backup_days: int
    """How far back any moment can be restored: 1 to 35 days."""

    availability_zones: int
    """In how many availability zones the network has subnets: 2 at least, which Aurora asks for."""

    nat_gateways: int
    """The ways out for the functions, each in another zone; if that of one zone fails, so do the functions that leave
    by it. One at least."""

    monitoring_seconds: int
    """How often an instance reports its processes and memory (Enhanced Monitoring): 1, 5, 10, 15, 30 or 60."""

    password_rotation_days: int
    """How often the functions' password is replaced."""

    monthly_budget_usd: int
    """What cluster and network may cost in a month, over what the stage may cost without them."""

    def __post_init__(self) -> None:
        """Refuse what would be refused in the middle of a deployment."""
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
