"""GET /openapi.json: this API, described for programs."""

from pathlib import Path

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

from pickvs.http.app import create_app

app = create_app(max_age=300)

DOCUMENT = Path(__file__).with_name("openapi.json")
JSON: OpenAPIResponse = {
    "description": "The document.",
    "content": {"application/json": {"schema": {"type": "object", "required": ["openapi", "info", "paths"]}}},
}


@app.get("/openapi.json", responses={200: JSON})
def get_openapi() -> Response[str]:
    """Return the OpenAPI 3.1 document, as the repository has it."""
    return Response(200, "application/json", DOCUMENT.read_text(encoding="utf-8"))
