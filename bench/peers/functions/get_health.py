"""GET /health"""

# mypy: disable-error-code="import-not-found"

from fastapi_peer import health
from fastapi_peer.web import create_app
from mangum import Mangum

app = Mangum(create_app(health.router), lifespan="off", api_gateway_base_path="/api")
