"""POST /admin/races/{race_id}/cancel: cancel what was not run of a race."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.races import service
from pickvs.operations.administration.races.requests import RaceOrder
from pickvs.operations.administration.races.schemas import RaceChanges

app = create_app(
    role="admin",
    problems={404: ["RACE_NOT_FOUND"], 409: ["RACE_VOID"]},
)


@app.post("/admin/races/<race_id>/cancel")
def cancel_race(race_id: Identifier, order: RaceOrder, caller: Caller) -> RaceChanges:
    """Cancel the sessions without a result. If nothing was run, the drafts of the race are void."""
    return service.cancel_race(caller.user_id, caller.session, race_id, order)
