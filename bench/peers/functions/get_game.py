"""GET /games/{game_id}"""

# mypy: disable-error-code="import-not-found"

from fastapi_peer import games
from fastapi_peer.web import create_app
from mangum import Mangum

app = Mangum(create_app(games.detail_router), lifespan="off", api_gateway_base_path="/api")
