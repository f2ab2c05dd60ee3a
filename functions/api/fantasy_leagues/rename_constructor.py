"""PATCH /constructors/{constructor_id}: rename the caller's constructor."""

from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.leagues.members import service
from pickvs.fantasy.leagues.requests import WantedConstructor
from pickvs.fantasy.leagues.schemas import Constructor
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(
    problems={403: ["CONSTRUCTOR_OWNER_REQUIRED"], 404: ["CONSTRUCTOR_NOT_FOUND"], 409: ["TEAM_NAME_TAKEN"]}
)


@app.patch("/constructors/<constructor_id>")
def rename_constructor(constructor_id: Identifier, wanted: WantedConstructor, caller: Caller) -> Constructor:
    """Rename the constructor and return it. The league's log keeps the former name."""
    return service.rename_constructor(Actor(caller.user_id, caller.session), constructor_id, wanted)
