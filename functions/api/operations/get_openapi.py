"""GET /openapi.json: get the OpenAPI document of this API."""

from pathlib import Path

from pickvs.http.answers import Answer
from pickvs.http.app import create_app
from pickvs.http.document import DOCUMENT, openapi_document

_FILE = Path(__file__).with_name("openapi.json")

app = create_app(max_age=300)


@app.get("/openapi.json", responses={200: DOCUMENT})
def get_openapi() -> Answer[str]:
    """Return the OpenAPI 3.1 document, identical to the one in the repository."""
    return openapi_document(_FILE)
