"""OpenAPI document of this API."""

from pathlib import Path

from pickvs.http.answers import JSON, Answer

DOCUMENT = {
    "description": "The document.",
    "content": {
        JSON: {"schema": {"type": "object", "required": ["openapi", "info", "paths"], "additionalProperties": True}}
    },
}
"""OpenAPI description of the response."""


def openapi_document(file: Path) -> Answer[str]:
    """Return the contents of `file`, byte for byte."""
    return Answer(200, JSON, file.read_text(encoding="utf-8"))
