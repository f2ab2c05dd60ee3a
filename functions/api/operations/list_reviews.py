"""GET /admin/reviews: list events and games that an administrator should look at."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query
from pickvs.operations.administration.reviews import service
from pickvs.operations.administration.reviews.queries import ReviewFilter
from pickvs.operations.administration.reviews.schemas import ReviewKind, Reviews
from pickvs.sports.schemas import SportKey

app = create_app(role="admin")


@app.get("/admin/reviews")
def list_reviews(
    caller: Caller,
    sport: Annotated[SportKey | None, Query()] = None,
    kind: Annotated[ReviewKind | None, Query()] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Reviews:
    """Return one page of what waits for a decision, latest tip-off first."""
    return service.list_reviews(caller.user_id, ReviewFilter(sport, kind), limit=limit, cursor=cursor)
