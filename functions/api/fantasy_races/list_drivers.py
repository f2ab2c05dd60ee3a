"""GET /drivers: list the drivers of a season."""

from typing import Annotated

from pickvs.fantasy.races import drivers
from pickvs.fantasy.races.schemas import Drivers
from pickvs.http.app import create_app
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query

app = create_app(max_age=300)


@app.get("/drivers")
def list_drivers(
    season: Annotated[int | None, Query(ge=1900, le=2200, description="By default the last one that is known.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Drivers:
    """Return one page of the drivers who are entered in a race of the season, by family name."""
    return drivers.list_drivers(season=season, limit=limit, cursor=cursor)
