"""What all lists read: cursors, positions in a form that callers send back and do not read; and spans of time."""

import base64
import json
from datetime import datetime
from typing import Any

from pickvs.core.errors import FieldError, Invalid

DEFAULT_LIMIT = 50
"""Rows on a page when nobody says otherwise."""


def write_cursor(*position: str | int) -> str:
    """Return the opaque form of a position in a list: the sort key of the last row seen."""
    return base64.urlsafe_b64encode(json.dumps(position, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(cursor: str, *types: type[str | int]) -> list[Any]:
    """Return the position that `write_cursor` hid, checked to be of `types` (str or int, one for each part).

    Raises Invalid for anything that this list did not write.
    """
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        position = None
    if not isinstance(position, list) or [type(part) for part in position] != list(types):
        raise invalid_cursor()
    if not all(_is_storable(part) for part in position):
        raise invalid_cursor()
    return position


def read_moment(text: str) -> datetime:
    """Return the moment that a cursor holds as `text`; raises Invalid for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_cursor() from None
    if moment.tzinfo is None:
        raise invalid_cursor()
    return moment


def refuse_empty_span(since: datetime | None, until: datetime | None) -> None:
    """Raise Invalid for an `until` that is not after `since`; None does not bound."""
    if since is not None and until is not None and until <= since:
        problem = FieldError("to", "must be later than from")
        raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (problem,))


def _is_storable(part: str | int) -> bool:
    """Tell whether PostgreSQL can take `part` as a bigint or a text: no overflow, no NUL, no half a surrogate pair."""
    if isinstance(part, int):
        return abs(part) < 2**63
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in part)


def invalid_cursor() -> Invalid:
    """Return the error for a cursor that this list did not write."""
    problem = FieldError("cursor", "not a cursor of this list; send back next_cursor as it came, or leave it out")
    return Invalid("INVALID_CURSOR", "The cursor is not valid.", (problem,))
