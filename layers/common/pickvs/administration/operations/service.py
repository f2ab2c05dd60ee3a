"""Carries out the operator's commands."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from pickvs.administration.audit.queries import Entry
from pickvs.administration.audit.service import write_entry
from pickvs.administration.operations import queries
from pickvs.administration.operations.requests import Command, GrantRole, RebuildStandings
from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import PickvsError
from pickvs.core.logging import logger
from pickvs.standings.keeping import service as standings

USAGE = (
    'Send {"command": "grant_role", "username": "…", "role": "admin" or "user", "reason": "…"} '
    'or {"command": "rebuild_standings"}.'
)

_COMMAND: TypeAdapter[GrantRole | RebuildStandings] = TypeAdapter(Command)


class CommandRefused(PickvsError):
    """The command cannot be carried out; the text says why, and what to send."""


def carry_out(event: object) -> dict[str, Any]:
    """Carry out the command that an event describes, and return what was done.

    Raises CommandRefused for an event that is no command, and for a user who is not there.
    """
    try:
        command = _COMMAND.validate_python(event)
    except ValidationError as error:
        wrong = "; ".join(f"{_field(found['loc'])}: {found['msg']}" for found in error.errors())
        raise CommandRefused(f"{wrong}. {USAGE}") from None
    match command:
        case GrantRole():
            return grant_role(command)
        case RebuildStandings():
            return {"users_rebuilt": standings.rebuild()}


def grant_role(command: GrantRole) -> dict[str, Any]:
    """Give a user a role, and return it with the one before. The role they have already is no change, and no entry.

    It is in the tokens that are issued from now on: the next login, or the next refresh. Raises CommandRefused for a
    name that nobody has.
    """
    with transaction() as connection:
        user = queries.lock_role(connection, command.username)
        if user is None:
            raise CommandRefused(f"there is no user called {command.username}")
        if user.role != command.role:
            queries.set_role(connection, user.id, command.role)
            entry = Entry(
                actor_id=None,
                action="grant_role",
                subject_id=user.id,
                reason=command.reason,
                before={"role": user.role},
                after={"role": command.role},
            )
            write_entry(connection, entry, clock.now())
    logger().info("role granted", extra={"user_id": user.id, "before": user.role, "after": command.role})
    return {"username": user.username, "before": user.role, "after": command.role}


def _field(location: tuple[int | str, ...]) -> str:
    """Return the name of a field; the first part of a location is the command that it belongs to."""
    return ".".join(str(part) for part in location[1:]) or "command"
