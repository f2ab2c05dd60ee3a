"""GET /constructors/{constructor_id}: get a constructor."""

from pickvs.fantasy.leagues.members import service
from pickvs.fantasy.leagues.schemas import Constructor
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(problems={404: ["CONSTRUCTOR_NOT_FOUND"]})


@app.get("/constructors/<constructor_id>")
def get_constructor(constructor_id: Identifier, caller: Caller) -> Constructor:
    """Return a constructor of a public league, or of a league that the caller is in."""
    return service.show_constructor(caller.user_id, constructor_id)
