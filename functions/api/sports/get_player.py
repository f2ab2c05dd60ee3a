"""GET /players/{player_id}: get a player, with sums by season."""

from pickvs.http.app import create_app
from pickvs.http.parameters import Identifier
from pickvs.predictions.statistics.listing import service
from pickvs.predictions.statistics.listing.schemas import PlayerProfile

app = create_app(problems={404: ["PLAYER_NOT_FOUND"]}, max_age=300)


@app.get("/players/<player_id>")
def get_player(player_id: Identifier) -> PlayerProfile:
    """Return a player, and the sums of what he did in each season."""
    return service.show_player(player_id)
