"""GET /notices/preferences: by which ways notices reach the caller."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.notices.preferences import service
from pickvs.notices.preferences.schemas import Preferences

app = create_app()


@app.get("/notices/preferences")
def get_notice_preferences(caller: Caller) -> Preferences:
    """Return the channels of each kind of notice, and whether the caller's address gets mail."""
    return service.show_preferences(caller.user_id)
