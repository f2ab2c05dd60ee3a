"""GET /races/{race_id}/points: get the points of a race by a scoring table."""

from typing import Annotated

from pickvs.fantasy.races import points
from pickvs.fantasy.races.schemas import RacePoints
from pickvs.fantasy.scoring.presets import DEFAULT
from pickvs.fantasy.scoring.tables import NAME_MAX, NAME_PATTERN, NAME_WORDS
from pickvs.http.answers import JSON, Answer
from pickvs.http.app import create_app
from pickvs.http.parameters import Identifier, Query

app = create_app(problems={404: ["RACE_NOT_FOUND", "SCORING_TABLE_NOT_FOUND"]}, max_age=30)


@app.get("/races/<race_id>/points")
def get_race_points(
    race_id: Identifier,
    table: Annotated[
        str,
        Query(max_length=NAME_MAX, pattern=NAME_PATTERN, words=NAME_WORDS, description="Name and version, or id."),
    ] = DEFAULT,
) -> Answer[RacePoints]:
    """Return every driver's points by the results in force, with a line for the reason of each point.

    A session that was cut short counts in full here; a league may count its official share.
    """
    found = points.show_points(race_id, table=table)
    return Answer(200, JSON, found.body, max_age=found.seconds)
