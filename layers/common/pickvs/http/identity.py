"""Who is calling, as the authorizer found out; endpoints ask for `Caller`."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.event_handler.request import Request

from pickvs.core.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class Identity:
    """A user whose token the authorizer has verified."""

    user_id: int
    username: str
    role: str
    session: UUID | None = None
    """The session that the token belongs to; None for a token from before tokens named theirs."""


def current_identity(request: Request) -> Identity:
    """Return the identity that the gateway's authorizer attached to the request.

    Raises Unauthenticated when there is none: the route would then be deployed without its authorizer.
    """
    context = (request.resolved_event.get("requestContext") or {}).get("authorizer") or {}
    try:
        # The gateway may hand on what an authorizer of the version before has answered: that names no session.
        session = UUID(context["session"]) if context.get("session") else None
        return Identity(int(context["user_id"]), str(context["username"]), str(context["role"]), session)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Unauthenticated(
            "UNAUTHENTICATED", "This needs a token: log in and send Authorization: Bearer …"
        ) from None


Caller = Annotated[Identity, Depends(current_identity)]
"""The parameter type of an endpoint that needs to know who calls."""
