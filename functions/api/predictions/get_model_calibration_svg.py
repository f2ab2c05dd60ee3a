"""GET /models/{name}/calibration.svg: get the calibration of a contestant as a chart."""

from typing import Annotated

from pickvs.http.answers import Answer
from pickvs.http.app import create_app
from pickvs.http.parameters import Path, Query
from pickvs.http.svg_answer import SVG, svg_answer
from pickvs.predictions.board import service

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


@app.get("/models/<name>/calibration.svg", responses={200: SVG})
def get_model_calibration_svg(name: ModelName, season: Season = None) -> Answer[str]:
    """Return how often the home team won by what was said, with 95 % intervals and counts, as SVG."""
    return svg_answer(service.draw_calibration(name, season=season))
