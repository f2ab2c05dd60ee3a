"""GET /games/{game_id}/predictions/at: get the probabilities of a game at any line."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.parameters import Identifier, Query
from pickvs.predictions.showing import service
from pickvs.predictions.showing.schemas import ForecastsAtLine

app = create_app(problems={404: ["GAME_NOT_FOUND", "FORECAST_NOT_FOUND"]}, max_age=60)

_GRID = "must be a number of points in steps of a half, such as -4.5 or 221"


@app.get("/games/<game_id>/predictions/at")
def get_game_predictions_at(
    game_id: Identifier,
    spread: Annotated[
        str | None,
        Query(pattern=r"^-?[0-9]{1,3}(\.[05])?$", words=_GRID, description="Points that the home team is given: -4.5."),
    ] = None,
    total: Annotated[
        str | None,
        Query(pattern=r"^[0-9]{1,3}(\.[05])?$", words=_GRID, description="Points of both teams: 221.5."),
    ] = None,
) -> ForecastsAtLine:
    """Return win, cover, push and over probabilities of each contestant's last forecast, each from one distribution.

    `cover` and `over_under` come from the forecast that has the market's line as an input. The other forecasts' numbers
    at a line are shown as what they are: each says whether it knows the line.
    """
    return service.show_at(game_id, spread=spread, total=total)
