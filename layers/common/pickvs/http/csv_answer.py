"""CSV responses."""

from http import HTTPStatus
from typing import Any

from pickvs.http.answers import Answer

NEXT_CURSOR_HEADER = "X-Next-Cursor"
"""Header with the cursor of the next page of a CSV response. Absent on the last page."""

_CONTENT_TYPE = "text/csv"

CSV = {
    "description": "The page as CSV (RFC 4180), with a header line. The cursor of the next page is in X-Next-Cursor.",
    "content": {_CONTENT_TYPE: {"schema": {"type": "string"}}},
}
"""OpenAPI description of a CSV response."""


def csv_answer(text: str, *, next_cursor: str | None, name: str) -> Answer[Any]:
    """Return a response with the CSV `text`, which browsers save as the file `name`."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if next_cursor is not None:
        headers[NEXT_CURSOR_HEADER] = next_cursor
    return Answer(HTTPStatus.OK, f"{_CONTENT_TYPE}; charset=utf-8; header=present", text, headers)
