"""Edge of a stage's API: throttles, allowed web origin, web ACL and domain name."""

import re
from dataclasses import dataclass

from cdk.errors import DeploymentError
from cdk.settings.rates import Rate

_RATE_WINDOWS = frozenset({60, 120, 300, 600})
_LEAST_RATE = 10
_MOST_BODY_BYTES = 16_384
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?")
_NAME = re.compile(r"([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAclLimits:
    """Limits of the web ACL. Raises DeploymentError for limits that AWS WAF does not support."""

    requests_per_address: Rate
    """Requests from one address to any endpoint. WAF counts each IPv6 address separately. The window is 60, 120, 300 or
    600 seconds."""

    writes_per_address: Rate
    """Requests from one address that are neither GET, HEAD nor OPTIONS: sign-in and everything that writes."""

    body_bytes: int
    """Maximum length of the body. At most 16,384: WAF charges extra for inspecting more of a request to API Gateway."""

    path_bytes: int
    """Maximum length of the path."""

    query_bytes: int
    """Maximum length of the query string."""

    def __post_init__(self) -> None:
        """Reject limits that WAF would reject, and sizes that it would not inspect."""
        for name, rate in (
            ("requests_per_address", self.requests_per_address),
            ("writes_per_address", self.writes_per_address),
        ):
            if rate.seconds not in _RATE_WINDOWS or rate.times < _LEAST_RATE:
                raise DeploymentError(
                    f"{name} {rate.times}/{rate.seconds} is no rate of AWS WAF's: {_LEAST_RATE} or more in "
                    f"{', '.join(map(str, sorted(_RATE_WINDOWS)))} seconds"
                )
        if self.body_bytes > _MOST_BODY_BYTES:
            raise DeploymentError(f"body_bytes {self.body_bytes} is more than the {_MOST_BODY_BYTES} that AWS WAF sees")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedZone:
    """Route 53 hosted zone that contains the domain name."""

    zone_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """Custom domain of the API. The API is then reachable only at `https://<name>/api/`."""

    name: str

    certificate_arn: str
    """ARN of the AWS Certificate Manager certificate for the name, in the region of the stage."""

    zone: HostedZone | None
    """Zone in which the DNS record is created. None: another party points the name at the stack's `DomainTarget`."""

    def __post_init__(self) -> None:
        """Reject an invalid name, and a zone that does not contain it. Raises DeploymentError."""
        if not _NAME.fullmatch(self.name):
            raise DeploymentError(f"domain {self.name!r} is no name; write it like api.pickvs.example")
        if self.zone is not None and not f".{self.name}".endswith(f".{self.zone.name}"):
            raise DeploymentError(f"domain {self.name!r} is not in the zone {self.zone.name!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Settings between the API's clients and its functions. Raises DeploymentError for an invalid origin."""

    throttle_rate: int = 100
    """Sustained requests per second to the whole API. An endpoint's row can set a lower limit."""

    throttle_burst: int = 200
    """Burst of requests to the whole API. An endpoint's row can set a lower limit."""

    web_origin: str | None = None
    """Origin (`https://…`, without a path) whose pages may call the API from a browser. None: no origin. `*`: every
    origin, which is safe here because credentials travel in a header that the page itself sets, never in a cookie."""

    web_acl: WebAclLimits | None = None
    """Limits of the AWS WAF web ACL. None: no web ACL, and no cost."""

    domain: Domain | None = None
    """Custom domain of the API. None: the name that API Gateway assigns. Setting a domain disables that name."""

    authorizer_cache_seconds: int = 300
    """Seconds for which the gateway caches the authorizer's answer. A revoked key works that long, so at most 300."""

    authorizer_memory_mb: int = 1024
    """Memory of the authorizer in MB. Lambda allocates CPU in proportion (1,769 MB is one vCPU)."""

    def __post_init__(self) -> None:
        """Reject an invalid origin."""
        if self.web_origin not in {None, "*"} and not _ORIGIN.fullmatch(self.web_origin or ""):
            raise DeploymentError(f"web_origin {self.web_origin!r} is no origin; write it like https://pickvs.example")
