"""GET /openapi.json: this API, described for programs."""

from pickvs.http.answers import Answer
from pickvs.http.app import create_app
from pickvs.http.document import DOCUMENT, openapi_document

app = create_app(max_age=300)


@app.get("/openapi.json", responses={200: DOCUMENT})
def get_openapi() -> Answer[str]:
    """Return the OpenAPI 3.1 document, as the repository has it."""
    return openapi_document()
