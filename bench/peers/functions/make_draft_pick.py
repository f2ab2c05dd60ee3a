"""POST /constructors/{constructor_id}/drafts"""

# mypy: disable-error-code="import-not-found"

from fastapi_peer import drafts
from fastapi_peer.web import create_app
from mangum import Mangum

app = Mangum(create_app(drafts.router), lifespan="off", api_gateway_base_path="/api")
