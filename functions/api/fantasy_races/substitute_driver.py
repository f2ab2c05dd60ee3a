"""POST /admin/races/{race_id}/substitutions: decide who scores for a driver who does not drive."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.races import service
from pickvs.operations.administration.races.requests import SubstitutionOrder
from pickvs.operations.administration.races.schemas import RaceChanges

app = create_app(
    role="admin",
    problems={404: ["RACE_NOT_FOUND", "DRIVER_NOT_ENTERED"], 422: ["SAME_DRIVER"]},
)


@app.post("/admin/races/<race_id>/substitutions")
def substitute_driver(race_id: Identifier, order: SubstitutionOrder, caller: Caller) -> RaceChanges:
    """Let another driver who is entered, or nobody, score for whoever has drafted this one."""
    return service.substitute(caller.user_id, caller.session, race_id, order)
