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


class Setting(StrEnum):
    """A group of settings that a function may be given."""

    PICK_RULES = "pick-rules"
    """When a game locks and when a quote is stale."""


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
    secrets: tuple[SecretName, ...] = (SecretName.DATABASE,)
    """What the function's role may read."""
    settings: tuple[Setting, ...] = ()
    memory_mb: int = 1024
    timeout_seconds: int = 25
    """When the function is ended. The gateway gives up after 29 s; two attempts to connect take 10 s each at worst."""


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
        memory_mb=_ONE_CPU_MB,
    ),
    Endpoint(
        name="login",
        method="POST",
        path="/auth/login",
        auth=Auth.PUBLIC,
        throttle=Throttle(rate=10, burst=20),
        secrets=_ISSUES_TOKENS,
        memory_mb=_ONE_CPU_MB,
    ),
    Endpoint(
        name="refresh",
        method="POST",
        path="/auth/refresh",
        auth=Auth.PUBLIC,
        throttle=Throttle(rate=20, burst=40),
        secrets=_ISSUES_TOKENS,
    ),
    Endpoint(name="logout", method="POST", path="/auth/logout", auth=Auth.USER, throttle=Throttle(rate=20, burst=40)),
    Endpoint(name="get_me", method="GET", path="/users/me", auth=Auth.USER, throttle=_READS),
    Endpoint(
        name="list_upcoming_games",
        method="GET",
        path="/games/upcoming",
        auth=Auth.USER,
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
        throttle=Throttle(rate=20, burst=40),
        settings=(Setting.PICK_RULES,),
    ),
    Endpoint(name="list_my_picks", method="GET", path="/picks/me", auth=Auth.USER, throttle=_READS),
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
        throttle=_READS,
        settings=(Setting.PICK_RULES,),
    ),
    Endpoint(
        name="explain_pick",
        method="GET",
        path="/picks/{pick_id}/explanation",
        auth=Auth.USER,
        throttle=_READS,
        settings=(Setting.PICK_RULES,),
    ),
    Endpoint(name="get_leaderboard", method="GET", path="/leaderboard", auth=Auth.PUBLIC, throttle=_READS),
    Endpoint(name="get_health", method="GET", path="/health", auth=Auth.PUBLIC, throttle=Throttle(rate=10, burst=20)),
)
