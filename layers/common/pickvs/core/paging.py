"""Parameters that lists share: opaque cursors and time spans."""

import base64
import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pickvs.core.errors import FieldError, Invalid

DEFAULT_LIMIT = 50
"""Default number of rows per page."""

NEWEST = 2**63 - 1
"""Position in a list by ids, newest first: before the first row."""


def write_cursor(*position: str | int) -> str:
    """Return the cursor for a position in a list, given as the sort key of the last row returned."""
    return base64.urlsafe_b64encode(json.dumps(position, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(cursor: str, *types: type[str | int]) -> list[Any]:
    """Return the position that `write_cursor` encoded.

    types: the expected type of each part, str or int. Raises Invalid (INVALID_CURSOR) if the cursor does not match.
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
    """Parse a moment from a cursor. Raises Invalid (INVALID_CURSOR) if it is malformed or has no time zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_cursor() from None
    if moment.tzinfo is None:
        raise invalid_cursor()
    return moment


def refuse_empty_span(since: datetime | None, until: datetime | None) -> None:
    """Raise Invalid if `until` is not after `since`. None means unbounded."""
    if since is not None and until is not None and until <= since:
        problem = FieldError("to", "must be later than from")
        raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (problem,))


def days_of_span(since: datetime | None, until: datetime | None) -> tuple[date | None, date | None]:
    """Return the first day of a span in UTC, and the day before which it ends. None means unbounded.

    The day of a moment after midnight is included. Where no day comes after it, the span does not end.
    """
    first = None if since is None else since.astimezone(UTC).date()
    if until is None:
        return first, None
    moment = until.astimezone(UTC)
    if moment.time() == time.min:
        return first, moment.date()
    return first, moment.date() + timedelta(days=1) if moment.date() < date.max else None


def _is_storable(part: str | int) -> bool:
    """Return whether PostgreSQL can store `part` as bigint or text: no overflow, no NUL, no unpaired surrogate."""
    if isinstance(part, int):
        return abs(part) < 2**63
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in part)


def invalid_cursor() -> Invalid:
    """Return the error for a cursor that does not belong to the list."""
    problem = FieldError("cursor", "not a cursor of this list; send next_cursor unchanged, or omit the parameter")
    return Invalid("INVALID_CURSOR", "The cursor is not valid.", (problem,))
