"""GET /notices: list what the caller was told, newest first."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.notices.feed import service
from pickvs.notices.feed.schemas import Notices

app = create_app()


@app.get("/notices")
def list_notices(caller: Caller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Notices:
    """Return one page of the caller's notices, and how many are unread. Notices are kept for 90 days."""
    return service.list_notices(caller.user_id, limit=limit, cursor=cursor)
