"""GET /models/{name}/calibration.svg: get the calibration of a contestant as a chart."""

from pickvs.http.answers import Answer
from pickvs.http.app import create_app
from pickvs.http.filters import Contestant, SeasonOrLatest
from pickvs.http.svg_answer import SVG, svg_answer
from pickvs.predictions.board import service

app = create_app(problems={404: ["MODEL_NOT_FOUND"]}, max_age=3600)


@app.get("/models/<name>/calibration.svg", responses={200: SVG})
def get_model_calibration_svg(name: Contestant, season: SeasonOrLatest = None) -> Answer[str]:
    """Return how often the home team won by what was said, with 95 % intervals and counts, as SVG."""
    return svg_answer(service.draw_calibration(name, season=season))
