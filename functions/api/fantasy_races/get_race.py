"""GET /races/{race_id}: get a race and who is entered."""

from pickvs.fantasy.races import service
from pickvs.fantasy.races.schemas import RaceDetails
from pickvs.http.answers import JSON, Answer
from pickvs.http.app import create_app
from pickvs.http.parameters import Identifier

app = create_app(problems={404: ["RACE_NOT_FOUND"]}, max_age=60)


@app.get("/races/<race_id>")
def get_race(race_id: Identifier) -> Answer[RaceDetails]:
    """Return a race with its sessions, the moments of locks, and the drivers in the order of automatic picks."""
    found = service.show_race(race_id)
    return Answer(200, JSON, found.body, max_age=found.seconds)
