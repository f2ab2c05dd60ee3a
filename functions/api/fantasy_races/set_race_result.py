"""PUT /admin/races/{race_id}/results: put the result of a session in force by hand."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.races import service
from pickvs.operations.administration.races.requests import RaceResultOrder
from pickvs.operations.administration.races.schemas import RaceChanges

app = create_app(
    role="admin",
    problems={404: ["RACE_NOT_FOUND", "RACE_SESSION_NOT_FOUND"], 409: ["RESULT_FROZEN", "RESULT_VOID"]},
)


@app.put("/admin/races/<race_id>/results")
def set_race_result(race_id: Identifier, order: RaceResultOrder, caller: Caller) -> RaceChanges:
    """Enter a result from the sport's own document. It stands until it is reopened. A dry run only looks."""
    return service.set_result(caller.user_id, caller.session, race_id, order)
