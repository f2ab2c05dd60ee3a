"""What stands between a stage's API and its callers: the address it is called by, and the web ACL in front of it."""

import re
from dataclasses import dataclass

from cdk.errors import DeploymentError

_RATE_WINDOWS = frozenset({60, 120, 300, 600})
_LEAST_RATE = 10
_MOST_BODY_BYTES = 16_384
_NAME = re.compile(r"([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something may be tried: so many times at once, and as many again over the window."""

    times: int
    seconds: int
    """The window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAclLimits:
    """What the web ACL lets through. Raises DeploymentError for limits that AWS WAF does not know."""

    requests_per_address: Rate
    """How many requests one address may send, public or not; WAF counts each IPv6 address by itself. The window is 60,
    120, 300 or 600 seconds."""

    body_bytes: int
    """The longest body. 16,384 at most: that is what WAF sees of a request to API Gateway without a surcharge."""

    path_bytes: int
    """The longest path."""

    query_bytes: int
    """The longest query string."""

    def __post_init__(self) -> None:
        """Refuse what WAF would refuse, or would not look at."""
        rate = self.requests_per_address
        if rate.seconds not in _RATE_WINDOWS or rate.times < _LEAST_RATE:
            raise DeploymentError(
                f"requests_per_address {rate.times}/{rate.seconds} is no rate of AWS WAF's: {_LEAST_RATE} or more in "
                f"{', '.join(map(str, sorted(_RATE_WINDOWS)))} seconds"
            )
        if self.body_bytes > _MOST_BODY_BYTES:
            raise DeploymentError(f"body_bytes {self.body_bytes} is more than the {_MOST_BODY_BYTES} that AWS WAF sees")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedZone:
    """The zone of Route 53 that the domain's name is in."""

    zone_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A name of one's own for the API, which is then reached at `https://<name>/api/` and nowhere else."""

    name: str

    certificate_arn: str
    """A certificate of AWS Certificate Manager for the name, in the region of the stage."""

    zone: HostedZone | None
    """Where the name's record is made; None when the name is somebody else's to point at the stack's `DomainTarget`."""

    def __post_init__(self) -> None:
        """Refuse what is no name, and a zone that has another's names. Raises DeploymentError."""
        if not _NAME.fullmatch(self.name):
            raise DeploymentError(f"domain {self.name!r} is no name; write it like api.pickvs.example")
        if self.zone is not None and not f".{self.name}".endswith(f".{self.zone.name}"):
            raise DeploymentError(f"domain {self.name!r} is not in the zone {self.zone.name!r}")
