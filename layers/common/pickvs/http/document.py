"""The document that describes this API for programs."""

from pathlib import Path

from pickvs.http.answers import JSON, Answer

DOCUMENT = {
    "description": "The document.",
    "content": {JSON: {"schema": {"type": "object", "required": ["openapi", "info", "paths"]}}},
}
"""What the document says of itself as an answer."""

_FILE = Path(__file__).with_name("openapi.json")


def openapi_document() -> Answer[str]:
    """Return the document as the repository has it, to the byte."""
    return Answer(200, JSON, _FILE.read_text(encoding="utf-8"))
