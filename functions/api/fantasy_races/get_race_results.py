"""GET /races/{race_id}/results: get the results of a race's sessions, in all their versions."""

from typing import Annotated, Literal

from pickvs.fantasy.races import service
from pickvs.fantasy.races.schemas import RaceResults
from pickvs.http.answers import JSON, Answer
from pickvs.http.app import create_app
from pickvs.http.parameters import Identifier, Query

app = create_app(problems={404: ["RACE_NOT_FOUND", "RACE_SESSION_NOT_FOUND", "RESULT_VERSION_NOT_FOUND"]}, max_age=30)


@app.get("/races/<race_id>/results")
def get_race_results(
    race_id: Identifier,
    session: Annotated[Literal["qualifying", "sprint", "race"] | None, Query(description="By default all.")] = None,
    version: Annotated[
        int | None, Query(gt=0, lt=2**63, description="Of the session's result. By default the one in force.")
    ] = None,
) -> Answer[RaceResults]:
    """Return the rows of each session, and its versions: when each became known, from where, and what it was then."""
    found = service.show_results(race_id, session=session, version=version)
    return Answer(200, JSON, found.body, max_age=found.seconds)
