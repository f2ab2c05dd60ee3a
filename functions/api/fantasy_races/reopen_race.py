"""POST /admin/races/{race_id}/reopen: take back a decision or a cancellation."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.races import service
from pickvs.operations.administration.races.requests import ReopenOrder
from pickvs.operations.administration.races.schemas import RaceChanges

app = create_app(
    role="admin",
    problems={404: ["RACE_NOT_FOUND", "RACE_SESSION_NOT_FOUND"], 409: ["NOTHING_TO_REOPEN", "RESULT_FROZEN"]},
)


@app.post("/admin/races/<race_id>/reopen")
def reopen_race(race_id: Identifier, order: ReopenOrder, caller: Caller) -> RaceChanges:
    """Let the sources count again for a session, or let a cancelled race take place.

    Drafts that the cancellation has made void go on where they were: those that were locked keep their picks.
    """
    return service.reopen_race(caller.user_id, caller.session, race_id, order)
