"""The audit log as it is read."""

from typing import Annotated, Any, ClassVar

from pickvs.administration.audit.queries import Action
from pickvs.administration.results.schemas import A_CORRECTION, A_FINAL
from pickvs.core.types import Moment, ResponseBody, doc

_AN_ENTRY: dict[str, Any] = {
    "id": 17,
    "at": "2026-03-15T14:21:33Z",
    "actor": "grace",
    "action": "set_result",
    "game_id": 41,
    "subject": None,
    "reason": "The league corrected the score.",
    "before": A_FINAL,
    "after": {**A_CORRECTION, "picks_changed": 1, "ranks_changed": 2},
}


class AuditEntry(ResponseBody):
    """Who did what, when and why, and how it was before and after."""

    EXAMPLES: ClassVar = (_AN_ENTRY,)

    id: int
    at: Moment
    actor: Annotated[str | None, doc("The user, as they are called now; null: the operator's command.")]
    action: Action
    game_id: int | None
    subject: Annotated[str | None, doc("Whose role was changed, as they are called now.")]
    reason: str
    before: Annotated[dict[str, Any], doc("Of a game its status, score and result in force; of a user the role.")]
    after: Annotated[dict[str, Any], doc("The same; of a game also how many picks and ranks were changed.")]


class AuditLog(ResponseBody):
    """A page of the audit log, newest first."""

    entries: list[AuditEntry]
    next_cursor: str | None
