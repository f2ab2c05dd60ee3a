"""POST /picks"""

# mypy: disable-error-code="import-not-found"

from fastapi_peer import picks
from fastapi_peer.web import create_app
from mangum import Mangum

app = Mangum(create_app(picks.create_router), lifespan="off", api_gateway_base_path="/api")
