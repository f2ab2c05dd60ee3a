"""Query parameters of lists: `limit` and `cursor`, and the span from `from` to `to`."""

from typing import Annotated

from pickvs.core.paging import DEFAULT_LIMIT
from pickvs.http.parameters import Query

__all__ = ["DEFAULT_LIMIT", "Cursor", "Limit", "span_end", "span_start"]

Limit = Annotated[int, Query(ge=1, le=100, description="Maximum number of rows per page.")]
"""Page size. Endpoints use DEFAULT_LIMIT as the default."""

Cursor = Annotated[str | None, Query(max_length=512, description="`next_cursor` of the previous page.")]
"""Start of a page. Absent for the first page."""


def span_start(event: str) -> Query:
    """Return the parameter `from`: the earliest time of an event, such as "Tip-off"."""
    return Query(
        alias="from", description=f"{event} at or after this time. A date stands for the start of that day in UTC."
    )


def span_end(event: str) -> Query:
    """Return the parameter `to`: the time before which an event is. A date includes its day, as people mean it."""
    description = f"{event} before this time. A date includes that whole day in UTC."
    return Query(alias="to", ends_day=True, description=description)
