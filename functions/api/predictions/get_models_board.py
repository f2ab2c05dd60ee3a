"""GET /models/board: get the board of all that forecast a sport's games."""

from typing import Annotated

from pickvs.core.types import Moment
from pickvs.http.app import create_app
from pickvs.http.filters import Season
from pickvs.http.paging import span_end, span_start
from pickvs.http.parameters import Query
from pickvs.predictions.board import service
from pickvs.predictions.board.schemas import ModelsBoard
from pickvs.sports.schemas import SportKey

app = create_app(max_age=300)


@app.get("/models/board")
def get_models_board(
    sport: Annotated[SportKey, Query(description="A sport's key, such as basketball_nba.")],
    season: Season = None,
    since: Annotated[Moment | None, span_start("League-local day of the game")] = None,
    until: Annotated[Moment | None, span_end("League-local day of the game")] = None,
) -> ModelsBoard:
    """Return losses, calibration, CRPS, units at the close, and paired differences with standard errors.

    A forecast that was published before its game began counts once, against the result in force. No backtest is here.
    The board is of one season, or of a part of it: without `season`, that of the latest scored game in the span.
    """
    return service.show_board(sport, season=season, since=since, until=until)
