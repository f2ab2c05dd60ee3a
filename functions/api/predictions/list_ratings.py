"""GET /ratings: list the ratings of a sport's teams on a day."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.parameters import Query
from pickvs.predictions.showing.ratings import service
from pickvs.predictions.showing.ratings.schemas import Ratings
from pickvs.sports.schemas import SportKey

app = create_app(max_age=300)


@app.get("/ratings")
def list_ratings(
    sport: Annotated[SportKey, Query(description="A sport's key, such as basketball_nba.")],
    day: Annotated[
        str | None,
        Query(
            alias="date",
            pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
            words="must be a date, such as 2026-03-14",
            description="League-local day before whose games the ratings stood. The latest by default.",
        ),
    ] = None,
) -> Ratings:
    """Return every team's rating by results, by past closing lines and by Elo, the strongest first."""
    return service.show_ratings(sport, day)
