"""GET /drivers/rankings: rank the drivers of a season by a scoring table."""

from typing import Annotated

from pickvs.fantasy.races import points
from pickvs.fantasy.races.schemas import DriverRankings
from pickvs.fantasy.scoring.presets import DEFAULT
from pickvs.fantasy.scoring.tables import NAME_MAX, NAME_PATTERN, NAME_WORDS
from pickvs.http.answers import JSON, Answer
from pickvs.http.app import create_app
from pickvs.http.parameters import Query

app = create_app(problems={404: ["SCORING_TABLE_NOT_FOUND"]}, max_age=30)


@app.get("/drivers/rankings")
def list_driver_rankings(
    season: Annotated[
        int | None, Query(ge=1900, le=2200, description="By default the last one in which there are results.")
    ] = None,
    table: Annotated[
        str,
        Query(max_length=NAME_MAX, pattern=NAME_PATTERN, words=NAME_WORDS, description="Name and version, or id."),
    ] = DEFAULT,
) -> Answer[DriverRankings]:
    """Return all drivers with a result in the season, the most points first. Equal points are an equal rank.

    A session that was cut short counts in full here; a league may count its official share.
    """
    found = points.show_rankings(season=season, table=table)
    return Answer(200, JSON, found.body, max_age=found.seconds)
