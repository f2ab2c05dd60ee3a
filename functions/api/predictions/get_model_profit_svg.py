"""GET /models/{name}/profit.svg: get the units of a contestant at the close as a chart."""

from pickvs.http.answers import Answer
from pickvs.http.app import create_app
from pickvs.http.filters import Contestant, SeasonOrLatest
from pickvs.http.svg_answer import SVG, svg_answer
from pickvs.predictions.board import service

app = create_app(problems={404: ["MODEL_NOT_FOUND"]}, max_age=3600)


@app.get("/models/<name>/profit.svg", responses={200: SVG})
def get_model_profit_svg(name: Contestant, season: SeasonOrLatest = None) -> Answer[str]:
    """Return the units of the board's bets at the closing price, and the band in which luck alone would be, as SVG."""
    return svg_answer(service.draw_profit(name, season=season))
