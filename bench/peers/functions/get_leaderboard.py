"""GET /leaderboard"""

# mypy: disable-error-code="import-not-found"

from fastapi_peer import standings
from fastapi_peer.web import create_app
from mangum import Mangum

app = Mangum(create_app(standings.router), lifespan="off", api_gateway_base_path="/api")
