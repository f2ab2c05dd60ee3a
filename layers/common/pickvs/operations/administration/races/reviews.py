"""Lists questions about races."""

from datetime import datetime
from typing import Literal

from pickvs.core.database import transaction
from pickvs.core.paging import read_cursor, read_moment, write_cursor
from pickvs.fantasy.events.reviews.service import reviews_of
from pickvs.fantasy.race_drafts.rules import in_our_words
from pickvs.operations.administration.access import check_admin
from pickvs.operations.administration.races.schemas import RaceReview, RaceReviews

type ReviewState = Literal["open", "closed", "all"]
_IS_OPEN: dict[ReviewState, bool | None] = {"open": True, "closed": False, "all": None}


def list_reviews(
    actor_id: int, *, state: ReviewState, race_id: int | None, limit: int, cursor: str | None
) -> RaceReviews:
    """Return a page of questions about races, the latest first, to an administrator. race_id: None for all races.

    Raises the errors of `check_admin`, and Invalid if the cursor belongs to another list.
    """
    after: tuple[datetime, int] | None = None
    if cursor is not None:
        opened_at, review_id = read_cursor(cursor, str, int)
        after = (read_moment(opened_at), review_id)
    with transaction() as connection:
        check_admin(connection, actor_id)
        rows = reviews_of(connection, is_open=_IS_OPEN[state], event_id=race_id, after=after, limit=limit + 1)
    page = rows[:limit]
    return RaceReviews(
        reviews=[
            RaceReview.of(row, race_id=row.event_id, race=row.event_name, kind=in_our_words(row.kind)) for row in page
        ],
        next_cursor=write_cursor(page[-1].opened_at.isoformat(), page[-1].id) if len(rows) > limit else None,
    )
