"""Who is calling, as the authorizer found out, and what they may do; endpoints ask for `Caller`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pickvs.core import clock
from pickvs.core.errors import Forbidden, Unauthenticated
from pickvs.http.routes import FromEvent


@dataclass(frozen=True, slots=True)
class Identity:
    """A user whose token or API key the authorizer has verified."""

    user_id: int
    username: str
    role: str
    session: UUID | None = None
    """The session that the token belongs to; None for an API key, and a token from before tokens named theirs."""
    scopes: frozenset[str] | None = None
    """What the API key that was sent is for; None for an access token, which is for everything its user may do."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use an endpoint that needs credentials: any user's access token, unless more is said."""

    role: str | None = None
    """Users of this role alone."""
    scopes: frozenset[str] = frozenset()
    """API keys with any of these scopes as well; with none, an API key is refused."""

    def check(self, identity: Identity) -> None:
        """Raise Forbidden (ROLE_REQUIRED, SCOPE_REQUIRED, API_KEY_NOT_ACCEPTED) for who may not."""
        if identity.scopes is not None and not self.scopes:
            raise Forbidden("API_KEY_NOT_ACCEPTED", "This needs an access token: log in. API keys are not accepted.")
        if identity.scopes is not None and identity.scopes.isdisjoint(self.scopes):
            names = " or ".join(sorted(self.scopes))
            raise Forbidden("SCOPE_REQUIRED", f"This API key was not made for this; it needs the scope {names}.")
        if self.role is not None and identity.role != self.role:
            raise Forbidden("ROLE_REQUIRED", f"Only users with the role {self.role} may do this.")


def read_identity(event: Mapping[str, Any]) -> Identity | None:
    """Return the identity that the gateway's authorizer attached to a proxy event; None where it attached none.

    Raises Unauthenticated for one that cannot be read, and for credentials that have expired: the gateway hands on what
    the authorizer answered up to 5 minutes ago.
    """
    context = (event.get("requestContext") or {}).get("authorizer")
    if not context:
        return None
    try:
        if _has_expired(context):
            raise nobody()
        # The answer may be one of an authorizer of the version before: that names no session.
        session = UUID(context["session"]) if context.get("session") else None
        scopes = frozenset(context["scopes"].split()) if context.get("api_key_id") else None
        return Identity(int(context["user_id"]), str(context["username"]), str(context["role"]), session, scopes)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise nobody() from None


def _has_expired(context: Mapping[str, Any]) -> bool:
    """Tell whether the credentials have ended; keys without an end and an authorizer of the version before name none.

    Raises ValueError or TypeError for an end that is not a number of seconds since 1970.
    """
    end: Any = context.get("expires_at")
    return bool(end) and not clock.now().timestamp() < float(end)


def current_identity(event: Mapping[str, Any]) -> Identity:
    """Return who calls.

    Raises Unauthenticated when nobody is known: the route would then be deployed without its authorizer.
    """
    identity = read_identity(event)
    if identity is None:
        raise nobody()
    return identity


Caller = Annotated[Identity, FromEvent(current_identity)]
"""The parameter type of an endpoint that needs to know who calls."""


def nobody() -> Unauthenticated:
    """Return the error for a request without credentials."""
    return Unauthenticated("UNAUTHENTICATED", "This needs a token: log in and send Authorization: Bearer …")
