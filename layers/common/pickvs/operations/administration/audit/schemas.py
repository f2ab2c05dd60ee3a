"""Responses: the audit log."""

from typing import Annotated, Any, ClassVar

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.operations.administration.audit.queries import Action
from pickvs.operations.administration.examples import A_CORRECTION, A_FINAL

_AN_ENTRY: dict[str, Any] = {
    "id": 17,
    "at": "2026-03-15T14:21:33Z",
    "actor": "grace",
    "action": "set_result",
    "game_id": 41,
    "subject": None,
    "team_id": None,
    "reason": "The league corrected the score.",
    "before": A_FINAL,
    "after": {**A_CORRECTION, "picks_changed": 1, "ranks_changed": 2},
}


class AuditEntry(ResponseBody):
    """One action: who did it, when and why, and the state before and after."""

    EXAMPLES: ClassVar = (_AN_ENTRY,)

    id: int
    at: Moment
    actor: Annotated[str | None, doc("The current username of who acted; null for an operator's command.")]
    action: Annotated[Action, doc("Later versions may have more actions.")]
    game_id: int | None
    subject: Annotated[str | None, doc("The current username of the user whose role was changed.")]
    team_id: Annotated[int | None, doc("The team that got an alias.")]
    reason: str
    before: Annotated[
        dict[str, Any],
        doc("For a game: status, score and result in force. For a user: the role. For a team: what the alias named."),
    ]
    after: Annotated[dict[str, Any], doc("The same; for a game also the number of changed picks and ranks.")]


class AuditLog(ResponseBody):
    """A page of the audit log, newest first."""

    entries: list[AuditEntry]
    next_cursor: str | None
