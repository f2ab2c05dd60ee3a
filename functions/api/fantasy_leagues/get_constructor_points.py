"""GET /constructors/{constructor_id}/points: get a constructor's points with every line of their reasons."""

from typing import Annotated

from pickvs.fantasy.boards.ledger import service
from pickvs.fantasy.boards.ledger.schemas import ConstructorPoints
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier, Query

app = create_app(problems={404: ["CONSTRUCTOR_NOT_FOUND"]})


@app.get("/constructors/<constructor_id>/points")
def get_constructor_points(
    constructor_id: Identifier,
    caller: Caller,
    race_id: Annotated[int | None, Query(gt=0, lt=2**63, description="Only this race.")] = None,
) -> ConstructorPoints:
    """Return points by race, the latest first: each pick, who scores for it, and each line.

    Where a result has changed, the lines of the version before are shown beside those that count.
    """
    return service.show_points(caller.user_id, constructor_id, race_id)
