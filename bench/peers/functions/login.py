"""POST /auth/login"""

# mypy: disable-error-code="import-not-found"

from fastapi_peer import accounts
from fastapi_peer.web import create_app
from mangum import Mangum

app = Mangum(create_app(accounts.login_router), lifespan="off", api_gateway_base_path="/api")
