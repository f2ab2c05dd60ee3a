"""GET /admin/audit-log: list administrative actions, with reasons and states before and after."""

from typing import Annotated

from pickvs.accounts.rules import USERNAME_MAX, USERNAME_MIN, USERNAME_PATTERN, USERNAME_WORDS
from pickvs.core.types import Moment
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit, span_end, span_start
from pickvs.http.parameters import Query
from pickvs.operations.administration.audit import service
from pickvs.operations.administration.audit.queries import Action, EntryFilter
from pickvs.operations.administration.audit.schemas import AuditLog

app = create_app(role="admin")

Username = Annotated[
    str | None, Query(min_length=USERNAME_MIN, max_length=USERNAME_MAX, pattern=USERNAME_PATTERN, words=USERNAME_WORDS)
]


@app.get("/admin/audit-log")
def list_audit_log(
    caller: Caller,
    *,
    actor: Username = None,
    action: Annotated[Action | None, Query()] = None,
    game_id: Annotated[int | None, Query(gt=0, lt=2**63)] = None,
    subject: Username = None,
    team_id: Annotated[int | None, Query(gt=0, lt=2**63)] = None,
    since: Annotated[Moment | None, span_start("Recorded")] = None,
    until: Annotated[Moment | None, span_end("Recorded")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> AuditLog:
    """Return one page of the audit log, newest first. `actor` and `subject` are usernames; case does not matter."""
    chosen = EntryFilter(actor, action, game_id, subject, since, until, team_id)
    return service.list_entries(caller.user_id, chosen, limit=limit, cursor=cursor)
