"""GET /dfs/slates/{slate_id}/weather: what is forecast for the hours of a slate's games."""

from pickvs.dfs.slates.schemas import SlateWeather
from pickvs.dfs.slates.surroundings import get_weather
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(scopes=["dfs:read"], problems={404: ["SLATE_NOT_FOUND"]})


@app.get("/dfs/slates/<slate_id>/weather")
def get_slate_weather(slate_id: Identifier, caller: Caller) -> SlateWeather:
    """Return the latest word of each source on the weather of the games whose place is known, with its age."""
    return get_weather(caller.user_id, slate_id)
