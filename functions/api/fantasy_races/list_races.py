"""GET /races: list the races of a season."""

from typing import Annotated

from pickvs.fantasy.races import service
from pickvs.fantasy.races.schemas import Races
from pickvs.http.answers import JSON, Answer
from pickvs.http.app import create_app
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query

app = create_app(max_age=60)


@app.get("/races")
def list_races(
    season: Annotated[int | None, Query(ge=1900, le=2200, description="By default the last one that is known.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Answer[Races]:
    """Return one page of a season's races, by day, with their sessions, the moments of locks and states of results."""
    found = service.list_races(season=season, limit=limit, cursor=cursor)
    return Answer(200, JSON, found.body, max_age=found.seconds)
