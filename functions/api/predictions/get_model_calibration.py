"""GET /models/{name}/calibration: get how a contestant's win probabilities are calibrated."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.parameters import Path, Query
from pickvs.predictions.board import service
from pickvs.predictions.board.schemas import Calibration

app = create_app(problems={404: ["MODEL_NOT_FOUND"]}, max_age=3600)

ModelName = Annotated[
    str,
    Path(
        pattern=r"^[a-z0-9_]{1,60}-[a-z][a-z0-9-]{0,29}$",
        words="must be a sport and a contestant, such as basketball_nba-no-market",
        description="Sport and contestant: basketball_nba-no-market.",
    ),
]
Season = Annotated[
    int | None, Query(ge=1900, le=2200, description="The year in which the season starts; by default, the latest one.")
]


@app.get("/models/<name>/calibration")
def get_model_calibration(name: ModelName, season: Season = None) -> Calibration:
    """Return bins of equal width with their counts, what was said and what happened, and its 95 % interval."""
    return service.show_calibration(name, season=season)
