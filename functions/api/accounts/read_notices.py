"""POST /notices/read: mark notices as read."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.notices.feed import service
from pickvs.notices.feed.requests import Read
from pickvs.notices.feed.schemas import Unread

app = create_app()


@app.post("/notices/read")
def read_notices(read: Read, caller: Caller) -> Unread:
    """Mark all notices as read, all up to one, or some. Ids that are not the caller's are ignored."""
    return service.mark_read(caller.user_id, read)
