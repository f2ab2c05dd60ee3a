"""GET /admin/reviews/races: list questions about races."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query
from pickvs.operations.administration.races import reviews
from pickvs.operations.administration.races.reviews import ReviewState
from pickvs.operations.administration.races.schemas import RaceReviews

app = create_app(role="admin")


@app.get("/admin/reviews/races")
def list_race_reviews(
    caller: Caller,
    state: Annotated[ReviewState, Query()] = "open",
    race_id: Annotated[int | None, Query(gt=0, lt=2**63, description="The only race.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> RaceReviews:
    """Return one page of questions, the latest first, each with what it takes to decide."""
    return reviews.list_reviews(caller.user_id, state=state, race_id=race_id, limit=limit, cursor=cursor)
