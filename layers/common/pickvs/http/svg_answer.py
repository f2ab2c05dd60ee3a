"""Responses with a chart as SVG."""

from pickvs.http.answers import Answer

CONTENT_TYPE = "image/svg+xml"

SVG = {"description": "The chart.", "content": {CONTENT_TYPE: {"schema": {"type": "string"}}}}
"""OpenAPI description of the SVG response."""


def svg_answer(text: str) -> Answer[str]:
    """Return a response with a chart. It has no script, and loads nothing."""
    return Answer(200, CONTENT_TYPE, text)
