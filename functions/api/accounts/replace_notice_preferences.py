"""PUT /notices/preferences: choose by which ways notices reach the caller."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.notices.preferences import service
from pickvs.notices.preferences.requests import WantedPreferences
from pickvs.notices.preferences.schemas import Preferences

app = create_app()


@app.put("/notices/preferences")
def replace_notice_preferences(wanted: WantedPreferences, caller: Caller) -> Preferences:
    """Replace all choices. Kinds and channels that are left out follow their defaults.

    What concerns the safety of an account always comes by mail.
    """
    return service.replace_preferences(caller.user_id, wanted)
