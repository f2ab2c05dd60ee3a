"""The document that describes this API for programs."""

from pathlib import Path

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

CONTENT_TYPE = "application/json"

JSON: OpenAPIResponse = {
    "description": "The document.",
    "content": {CONTENT_TYPE: {"schema": {"type": "object", "required": ["openapi", "info", "paths"]}}},
}
"""What the document says of itself as an answer."""

_DOCUMENT = Path(__file__).with_name("openapi.json")


def openapi_document() -> Response[str]:
    """Return the document as the repository has it, to the byte."""
    return Response(200, CONTENT_TYPE, _DOCUMENT.read_text(encoding="utf-8"))
