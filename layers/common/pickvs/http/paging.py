"""The parameters of every list: `limit` and `cursor`."""

from typing import Annotated

from pickvs.core.paging import DEFAULT_LIMIT
from pickvs.http.parameters import Query

__all__ = ["DEFAULT_LIMIT", "Cursor", "Limit"]

Limit = Annotated[int, Query(ge=1, le=100, description="How many rows a page has at most.")]
"""The page size; endpoints default it to DEFAULT_LIMIT."""

Cursor = Annotated[str | None, Query(max_length=512, description="`next_cursor` of the page before.")]
"""Where a page begins; absent for the first."""
