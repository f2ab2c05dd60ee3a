"""Identity of the caller, as verified by the authorizer, and access checks. Endpoints declare a `Caller` parameter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pickvs.core import clock
from pickvs.core.errors import Forbidden, Unauthenticated
from pickvs.http.routes import FromEvent


@dataclass(frozen=True, slots=True)
class Identity:
    """A user whose access token or API key the authorizer has verified."""

    user_id: int
    username: str
    role: str
    session: UUID | None = None
    """Session of the access token. None for an API key, and for tokens issued before tokens carried their session."""
    scopes: frozenset[str] | None = None
    """Scopes of the API key. None for an access token, which may do everything that its user may."""
    api_key_id: int | None = None
    """Id of the API key. None for an access token."""


@dataclass(frozen=True, slots=True)
class Access:
    """Access rule of an endpoint that requires credentials. By default, any user's access token is accepted."""

    role: str | None = None
    """Role that the user must have."""
    scopes: frozenset[str] = frozenset()
    """Scopes, any of which makes an API key acceptable. Empty: API keys are rejected."""

    def check(self, identity: Identity) -> None:
        """Raise Forbidden (ROLE_REQUIRED, SCOPE_REQUIRED, API_KEY_NOT_ACCEPTED) if the rule denies access."""
        if identity.scopes is not None and not self.scopes:
            raise Forbidden("API_KEY_NOT_ACCEPTED", "API keys are not accepted here. Log in and send an access token.")
        if identity.scopes is not None and identity.scopes.isdisjoint(self.scopes):
            names = " or ".join(sorted(self.scopes))
            raise Forbidden("SCOPE_REQUIRED", f"This API key does not have the required scope: {names}.")
        if self.role is not None and identity.role != self.role:
            raise Forbidden("ROLE_REQUIRED", f"Only users with the role {self.role} may do this.")


def read_identity(event: Mapping[str, Any]) -> Identity | None:
    """Return the identity that the authorizer attached to a proxy event. None if there is none.

    Raises Unauthenticated if it is malformed or the credentials have expired. The expiry is checked here too, because
    the gateway caches the authorizer's response for up to 5 minutes.
    """
    context = (event.get("requestContext") or {}).get("authorizer")
    if not context:
        return None
    try:
        if _has_expired(context):
            raise nobody()
        # A cached response of the previous authorizer version has no session.
        session = UUID(context["session"]) if context.get("session") else None
        key = int(context["api_key_id"]) if context.get("api_key_id") else None
        return Identity(
            user_id=int(context["user_id"]),
            username=str(context["username"]),
            role=str(context["role"]),
            session=session,
            scopes=None if key is None else frozenset(context["scopes"].split()),
            api_key_id=key,
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise nobody() from None


def _has_expired(context: Mapping[str, Any]) -> bool:
    """Return whether the credentials have expired.

    There is no expiry time for keys that do not expire and in responses of the previous authorizer version. Raises
    ValueError or TypeError if the expiry time is not a number of seconds since 1970.
    """
    end: Any = context.get("expires_at")
    return bool(end) and not clock.now().timestamp() < float(end)


def current_identity(event: Mapping[str, Any]) -> Identity:
    """Return the caller's identity.

    Raises Unauthenticated if there is none, which means that the route was deployed without its authorizer.
    """
    identity = read_identity(event)
    if identity is None:
        raise nobody()
    return identity


Caller = Annotated[Identity, FromEvent(current_identity)]
"""Parameter type for endpoints that need the caller's identity."""


def nobody() -> Unauthenticated:
    """Return the error for a request without credentials."""
    return Unauthenticated("UNAUTHENTICATED", "A token is required. Log in and send Authorization: Bearer <token>.")
