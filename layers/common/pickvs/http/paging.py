"""Query parameters of all lists: `limit` and `cursor`."""

from typing import Annotated

from pickvs.core.paging import DEFAULT_LIMIT
from pickvs.http.parameters import Query

__all__ = ["DEFAULT_LIMIT", "Cursor", "Limit"]

Limit = Annotated[int, Query(ge=1, le=100, description="Maximum number of rows per page.")]
"""Page size. Endpoints use DEFAULT_LIMIT as the default."""

Cursor = Annotated[str | None, Query(max_length=512, description="`next_cursor` of the previous page.")]
"""Start of a page. Absent for the first page."""
