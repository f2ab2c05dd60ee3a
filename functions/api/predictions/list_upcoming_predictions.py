"""GET /predictions/upcoming: list the games to come with every contestant's latest forecast."""

from typing import Annotated, Literal

from pickvs.http.app import create_app
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query
from pickvs.predictions.showing import service
from pickvs.predictions.showing.schemas import UpcomingForecasts
from pickvs.sports.schemas import SportKey

app = create_app(max_age=60)


@app.get("/predictions/upcoming")
def list_upcoming_predictions(
    sport: Annotated[SportKey | None, Query(description="A sport's key, such as basketball_nba.")] = None,
    variant: Annotated[
        Literal["no-market", "past-lines", "with-line", "elo", "market"] | None,
        Query(description="The only contestant to show."),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> UpcomingForecasts:
    """Return one page of games, soonest first. A forecast is published before its game locks and never changes."""
    return service.list_upcoming(sport=sport, variant=variant, limit=limit, cursor=cursor)
