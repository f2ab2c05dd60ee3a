"""Answers that are tables for a spreadsheet."""

from http import HTTPStatus
from typing import Any

from pickvs.http.answers import Answer

NEXT_CURSOR_HEADER = "X-Next-Cursor"
"""Where a CSV answer says how to go on; absent on the last page."""


def csv_answer(text: str, *, next_cursor: str | None, name: str) -> Answer[Any]:
    """Return the answer that carries `text`; a browser saves it as the file `name`."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if next_cursor is not None:
        headers[NEXT_CURSOR_HEADER] = next_cursor
    return Answer(HTTPStatus.OK, "text/csv; charset=utf-8; header=present", text, headers)
