"""GET /games/{game_id}/odds: get a game's line history."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier, Query
from pickvs.markets.catalogue import service
from pickvs.markets.catalogue.schemas import LineHistory
from pickvs.markets.values import Market

app = create_app(problems={404: ["GAME_NOT_FOUND"]}, max_age=30)


@app.get("/games/<game_id>/odds")
def get_line_history(
    game_id: Identifier,
    market: Annotated[Market | None, Query()] = None,
    bookmaker: Annotated[
        str | None, Query(min_length=1, max_length=100, description="A bookmaker's key, such as draftkings.")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> LineHistory:
    """Return one page of odds changes: the opening odds, every move, and the closing odds."""
    return service.show_line_history(game_id, market=market, bookmaker=bookmaker, limit=limit, cursor=cursor)
