"""GET /openapi.json: this API, described for programs."""

from aws_lambda_powertools.event_handler import Response

from pickvs.http.app import create_app
from pickvs.http.document import JSON, openapi_document

app = create_app(max_age=300)


@app.get("/openapi.json", responses={200: JSON})
def get_openapi() -> Response[str]:
    """Return the OpenAPI 3.1 document, as the repository has it."""
    return openapi_document()
