"""Executes the operator's commands."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import NotFound
from pickvs.core.logging import logger
from pickvs.core.wording import field_errors
from pickvs.operations.administration.audit.queries import Entry
from pickvs.operations.administration.audit.service import write_entry
from pickvs.operations.administration.operator_commands import queries
from pickvs.operations.administration.operator_commands.refusals import USAGE, CommandRefused
from pickvs.operations.administration.operator_commands.requests import (
    Command,
    GrantRole,
    RebuildStandings,
    RecordPastGames,
    ReplayDraft,
)
from pickvs.standings.board_updates import service as standings

_COMMAND: TypeAdapter[GrantRole | RebuildStandings | RecordPastGames | ReplayDraft] = TypeAdapter(Command)


def carry_out(event: object) -> dict[str, Any]:
    """Execute the command in an event, and return its outcome.

    Raises CommandRefused if the event is not a valid command or the user does not exist.
    """
    try:
        command = _COMMAND.validate_python(event)
    except ValidationError as error:
        found = field_errors(error, whole="command", beneath=1)  # the first part is the command's name
        wrong = "; ".join(f"{each.field}: {each.message}" for each in found)
        raise CommandRefused(f"{wrong}. {USAGE}") from None
    match command:
        case GrantRole():
            return grant_role(command)
        case RebuildStandings():
            return {"users_rebuilt": standings.rebuild()}
        case RecordPastGames():
            # A table is recorded once in a stage's life. Its modules are not loaded for the other commands.
            from pickvs.operations.administration.operator_commands.past_games import record_past_games

            return record_past_games(command)
        case ReplayDraft():
            return replay_draft(command)


def replay_draft(command: ReplayDraft) -> dict[str, Any]:
    """Replay a draft from its acts, and return in what the tables differ. Raises CommandRefused for an unknown one."""
    from pickvs.fantasy.drafts import replaying

    try:
        proof = replaying.replay_draft(command.draft_id)
    except NotFound:
        raise CommandRefused(f"there is no draft {command.draft_id}") from None
    differences = {name: [repr(each) for each in pair] for name, pair in proof.differences.items()}
    return {
        "draft_id": proof.draft_id,
        "acts": proof.acts,
        "holds": proof.holds,
        "differences": differences,
        "problem": proof.problem,
    }


def grant_role(command: GrantRole) -> dict[str, Any]:
    """Set a user's role, and return the role before and after. If the user has the role already, nothing is written.

    New tokens carry the role: from the next login or refresh. Raises CommandRefused if there is no user with this name.
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
