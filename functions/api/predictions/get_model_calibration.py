"""GET /models/{name}/calibration: get how a contestant's win probabilities are calibrated."""

from pickvs.http.app import create_app
from pickvs.http.filters import Contestant, SeasonOrLatest
from pickvs.predictions.board import service
from pickvs.predictions.board.schemas import Calibration

app = create_app(problems={404: ["MODEL_NOT_FOUND"]}, max_age=3600)


@app.get("/models/<name>/calibration")
def get_model_calibration(name: Contestant, season: SeasonOrLatest = None) -> Calibration:
    """Return bins of equal width with their counts, what was said and what happened, and its 95 % interval."""
    return service.show_calibration(name, season=season)
