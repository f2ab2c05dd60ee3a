"""Columns of the route tables: what each wing states about an endpoint."""

from dataclasses import dataclass
from enum import StrEnum

from cdk.errors import DeploymentError
from cdk.layers import Layer
from cdk.secret_names import DATABASE_SECRETS, SecretName
from cdk.settings.functions import FunctionSettings


class Auth(StrEnum):
    """Who may call an endpoint."""

    PUBLIC = "public"
    """Any caller."""
    USER = "user"
    """Callers that the authorizer has authenticated."""
    ADMIN = "admin"
    """Users with the role administrator. The function itself rejects all others."""


class Scope(StrEnum):
    """Permission that an API key can have."""

    PICKS_READ = "picks:read"
    PICKS_WRITE = "picks:write"
    PREDICTIONS_READ = "predictions:read"
    DRAFTS_READ = "drafts:read"
    DRAFTS_WRITE = "drafts:write"
    DFS_READ = "dfs:read"
    DFS_WRITE = "dfs:write"


class Database(StrEnum):
    """Role as which an endpoint uses the database. None of them owns anything; `migrate` makes them."""

    READER = "reader"
    """Reads what answers may show: no password, no token, no hash. Writes nothing, and locks no row."""
    WRITER = "writer"
    """Reads everything. Writes what the code writes, and changes nothing that is recorded."""
    NONE = "none"
    """The endpoint does not use the database."""

    @property
    def secrets(self) -> tuple[SecretName, ...]:
        """Secret of the role, if it is one."""
        match self:
            case Database.READER:
                return (SecretName.DATABASE_READER,)
            case Database.WRITER:
                return (SecretName.DATABASE_WRITER,)
            case Database.NONE:
                return ()


class Uploads(StrEnum):
    """What a function does with the files that users upload."""

    READ = "read"
    """Reads files that were kept."""
    SEND = "send"
    """Signs addresses to which clients send files."""
    KEEP = "keep"
    """Reads what clients have sent, and keeps it."""
    ERASE = "erase"
    """Deletes a user's files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """Rate limit of an endpoint, for all callers together."""

    rate: int
    """Sustained requests per second."""
    burst: int
    """Burst of requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One operation of the HTTP API: `functions/api/<wing>/<name>.py` behind one method and path."""

    name: str
    """Name of the operation and of its file. The function is called `pickvs-<stage>-<name>`."""
    method: str
    path: str
    """Path below the stage, with a leading slash. `{name}` stands for a path parameter."""
    auth: Auth
    throttle: Throttle
    database: Database
    """Role as which the function uses the database. A GET is a reader."""
    scopes: tuple[Scope, ...] = ()
    """Scopes of which an API key needs at least one to be accepted here. User tokens are always accepted."""
    writes_because: str = ""
    """Reason why a GET uses the database as the writer."""
    secrets: tuple[SecretName, ...] = ()
    """Secrets that the function's role may read, besides that of the database role."""
    settings: tuple[type[FunctionSettings], ...] = ()
    """Groups of the stage's settings in the function's environment."""
    wakes: tuple[str, ...] = ()
    """Short names of functions that the function invokes asynchronously after it has committed."""
    sets_alarms_of: tuple[str, ...] = ()
    """Short names of functions for which the function puts work on the agenda."""
    uploads: tuple[Uploads, ...] = ()
    """What the function does with the files that users upload."""
    layers: tuple[Layer, ...] = ()
    """Layers of the function in addition to `common`."""
    files: tuple[str, ...] = ()
    """Names of additional files in the function's asset, from the same folder."""
    gradual: bool = False
    """Whether a new version takes over gradually, in stages with a rollout. For endpoints that carry the traffic."""
    snap_start: bool = False
    """Whether the function starts from a snapshot, in stages with `snap_start`. For endpoints where users notice a
    slow start. Only published versions have snapshots, so the endpoint must be gradual."""
    retired: bool = False
    """Whether the path permanently answers 410. Remove the row and its file in the next release: the deployed stage
    calls the function until `front` has been updated."""
    memory_mb: int = 1024
    timeout_seconds: int = 25
    """Timeout of the function. The gateway times out after 29 s. If a transaction has not begun after 22 s, including
    retries, the answer is 503 (`pickvs.core.database`)."""

    def __post_init__(self) -> None:
        """Reject a snapshot without published versions, and more rights than needed. Raises DeploymentError."""
        if not DATABASE_SECRETS.isdisjoint(self.secrets):
            raise DeploymentError(f"{self.name} names a secret of the database; its field `database` states the role")
        if (self.method == "GET" and self.database is Database.WRITER) != bool(self.writes_because):
            raise DeploymentError(
                f"{self.name}: a GET uses the database as READER, or states in `writes_because` why it cannot, and "
                "nothing else states it"
            )
        if self.snap_start and not self.gradual:
            raise DeploymentError(f"{self.name} starts from a snapshot, so it must be gradual too")

    @property
    def all_secrets(self) -> tuple[SecretName, ...]:
        """All secrets that the function's role may read."""
        return (*self.database.secrets, *self.secrets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wing:
    """Part of the product, with the table of its endpoints. They share a stack."""

    name: str
    """Its folder in `functions/api`."""
    segments: tuple[str, ...]
    """First segments of its paths, except those in SHARED_PATHS. No other wing has any of them."""
    endpoints: tuple[Endpoint, ...]

    @property
    def stack(self) -> str:
        """Name of its stack without the stage: `api-<name>`, with hyphens. CloudFormation allows no underscores."""
        return f"api-{self.name.replace('_', '-')}"


ONE_CPU_MB = 1769
"""Memory in MB for which Lambda allocates one full vCPU. argon2 is CPU-bound."""

READS = Throttle(rate=100, burst=200)
"""Throttle of an endpoint that reads a page or a row."""

WRITES = Throttle(rate=50, burst=100)
"""Throttle of every other endpoint."""

# A throttle is for all callers together, so whoever could use it up alone would shut the door for everybody. It is ten
# times what the web ACL lets one address send (StageConfig.edge.web_acl); a test compares them.
