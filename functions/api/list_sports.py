"""GET /sports: what is covered."""

from pickvs.http.app import create_app
from pickvs.markets.catalogue import sports
from pickvs.markets.catalogue.schemas import Sports

app = create_app(max_age=3600)


@app.get("/sports")
def list_sports() -> Sports:
    """Return the sports that are covered, by key."""
    return sports.list_sports()
