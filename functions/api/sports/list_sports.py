"""GET /sports: list the sports that are fetched."""

from pickvs.http.app import create_app
from pickvs.sports import service
from pickvs.sports.schemas import Sports

app = create_app(max_age=3600)


@app.get("/sports")
def list_sports() -> Sports:
    """Return the sports whose odds and scores are fetched, ordered by key."""
    return service.list_sports()
