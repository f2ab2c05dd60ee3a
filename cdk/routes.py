"""The one table of the HTTP API. Functions, roles, routes, throttles and the authorizer's attachment come from it."""

from dataclasses import dataclass
from enum import StrEnum

from cdk.secret_names import SecretName


class Auth(StrEnum):
    """Who may call an endpoint."""

    PUBLIC = "public"
    """Anybody."""
    USER = "user"
    """Whoever the authorizer knows."""
    ADMIN = "admin"
    """Users whose role is administrator; the function refuses the others."""


class Scope(StrEnum):
    """What an API key may be made for."""

    PICKS_READ = "picks:read"
    PICKS_WRITE = "picks:write"


class Setting(StrEnum):
    """A group of settings that a function may be given."""

    PICK_RULES = "pick-rules"
    """When a game locks and when a quote is stale."""
    SIGN_IN_LIMITS = "sign-in-limits"
    """How often accounts may be opened, passwords tried and sessions continued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """How often an endpoint may be called, by everybody together."""

    rate: int
    """Requests a second, sustained."""
    burst: int
    """Requests at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One operation of the HTTP API: `functions/api/<name>.py` behind one method and path."""

    name: str
    """The operation, and the name of its file."""
    method: str
    path: str
    """The path below the stage, beginning with a slash; `{name}` stands for a path parameter."""
    auth: Auth
    throttle: Throttle
    scopes: tuple[Scope, ...] = ()
    """The API keys that are accepted here beside a user's token: those with any of these scopes."""
    secrets: tuple[SecretName, ...] = (SecretName.DATABASE,)
    """What the function's role may read."""
    settings: tuple[Setting, ...] = ()
    snap_start: bool = False
    """Whether it starts from a snapshot, in stages that have snapshots: for who waits at a slow start."""
    memory_mb: int = 1024
    timeout_seconds: int = 25
    """When the function is ended. The gateway gives up after 29 s; a transaction that has not begun after 22 s, however
    often it was tried, is answered with 503 (`pickvs.core.database`)."""


_ISSUES_TOKENS = (SecretName.DATABASE, SecretName.SIGNING_KEYS)
_ONE_CPU_MB = 1769  # argon2 is all processor time, which comes with memory
_READS = Throttle(rate=50, burst=100)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        name="register",
        method="POST",
        path="/auth/register",
        auth=Auth.PUBLIC,
        throttle=Throttle(rate=5, burst=10),
        secrets=_ISSUES_TOKENS,
        settings=(Setting.SIGN_IN_LIMITS,),
        snap_start=True,
        memory_mb=_ONE_CPU_MB,
    ),
    Endpoint(
        name="login",
        method="POST",
        path="/auth/login",
        auth=Auth.PUBLIC,
        throttle=Throttle(rate=10, burst=20),
        secrets=_ISSUES_TOKENS,
        settings=(Setting.SIGN_IN_LIMITS,),
        snap_start=True,
        memory_mb=_ONE_CPU_MB,
    ),
    Endpoint(
        name="refresh",
        method="POST",
        path="/auth/refresh",
        auth=Auth.PUBLIC,
        throttle=Throttle(rate=20, burst=40),
        secrets=_ISSUES_TOKENS,
        settings=(Setting.SIGN_IN_LIMITS,),
    ),
    Endpoint(name="logout", method="POST", path="/auth/logout", auth=Auth.USER, throttle=Throttle(rate=20, burst=40)),
    Endpoint(name="get_me", method="GET", path="/users/me", auth=Auth.USER, throttle=_READS),
    Endpoint(
        name="delete_me",
        method="DELETE",
        path="/users/me",
        auth=Auth.USER,
        throttle=Throttle(rate=5, burst=10),
        settings=(Setting.SIGN_IN_LIMITS,),
        memory_mb=_ONE_CPU_MB,
    ),
    Endpoint(
        name="export_me", method="GET", path="/users/me/export", auth=Auth.USER, throttle=Throttle(rate=5, burst=10)
    ),
    Endpoint(
        name="get_profile",
        method="GET",
        path="/users/{username}",
        auth=Auth.PUBLIC,
        throttle=_READS,
        settings=(Setting.PICK_RULES,),
    ),
    Endpoint(
        name="create_api_key", method="POST", path="/api-keys", auth=Auth.USER, throttle=Throttle(rate=10, burst=20)
    ),
    Endpoint(name="list_api_keys", method="GET", path="/api-keys", auth=Auth.USER, throttle=_READS),
    Endpoint(name="get_api_key", method="GET", path="/api-keys/{key_id}", auth=Auth.USER, throttle=_READS),
    Endpoint(
        name="revoke_api_key",
        method="DELETE",
        path="/api-keys/{key_id}",
        auth=Auth.USER,
        throttle=Throttle(rate=10, burst=20),
    ),
    Endpoint(
        name="list_upcoming_games",
        method="GET",
        path="/games/upcoming",
        auth=Auth.USER,
        scopes=(Scope.PICKS_READ, Scope.PICKS_WRITE),
        throttle=_READS,
        settings=(Setting.PICK_RULES,),
    ),
    Endpoint(name="list_games", method="GET", path="/games", auth=Auth.PUBLIC, throttle=_READS),
    Endpoint(name="get_game", method="GET", path="/games/{game_id}", auth=Auth.PUBLIC, throttle=_READS),
    Endpoint(name="get_line_history", method="GET", path="/games/{game_id}/odds", auth=Auth.PUBLIC, throttle=_READS),
    Endpoint(name="list_sports", method="GET", path="/sports", auth=Auth.PUBLIC, throttle=_READS, secrets=()),
    Endpoint(
        name="create_picks",
        method="POST",
        path="/picks",
        auth=Auth.USER,
        scopes=(Scope.PICKS_WRITE,),
        throttle=Throttle(rate=20, burst=40),
        settings=(Setting.PICK_RULES,),
    ),
    Endpoint(
        name="list_my_picks",
        method="GET",
        path="/picks/me",
        auth=Auth.USER,
        scopes=(Scope.PICKS_READ,),
        throttle=_READS,
    ),
    Endpoint(
        name="list_public_picks",
        method="GET",
        path="/picks/public",
        auth=Auth.PUBLIC,
        throttle=_READS,
        settings=(Setting.PICK_RULES,),
    ),
    Endpoint(
        name="get_pick",
        method="GET",
        path="/picks/{pick_id}",
        auth=Auth.USER,
        scopes=(Scope.PICKS_READ,),
        throttle=_READS,
        settings=(Setting.PICK_RULES,),
    ),
    Endpoint(
        name="explain_pick",
        method="GET",
        path="/picks/{pick_id}/explanation",
        auth=Auth.USER,
        scopes=(Scope.PICKS_READ,),
        throttle=_READS,
        settings=(Setting.PICK_RULES,),
    ),
    Endpoint(name="get_leaderboard", method="GET", path="/leaderboard", auth=Auth.PUBLIC, throttle=_READS),
    Endpoint(
        name="get_my_standing",
        method="GET",
        path="/leaderboard/me",
        auth=Auth.USER,
        scopes=(Scope.PICKS_READ,),
        throttle=_READS,
    ),
    *(
        Endpoint(
            name=name,
            method=method,
            path=f"/admin/games/{{game_id}}/{act}",
            auth=Auth.ADMIN,
            throttle=Throttle(rate=5, burst=10),
        )
        for name, method, act in (
            ("set_game_result", "PUT", "result"),
            ("void_game", "POST", "void"),
            ("reopen_game", "POST", "reopen"),
            ("regrade_game", "POST", "regrade"),
        )
    ),
    Endpoint(name="list_ingestion_runs", method="GET", path="/admin/ingestion-runs", auth=Auth.ADMIN, throttle=_READS),
    Endpoint(name="list_audit_log", method="GET", path="/admin/audit-log", auth=Auth.ADMIN, throttle=_READS),
    Endpoint(name="get_openapi", method="GET", path="/openapi.json", auth=Auth.PUBLIC, throttle=_READS, secrets=()),
    Endpoint(name="get_docs", method="GET", path="/docs", auth=Auth.PUBLIC, throttle=_READS, secrets=()),
    Endpoint(name="get_health", method="GET", path="/health", auth=Auth.PUBLIC, throttle=Throttle(rate=10, burst=20)),
)
