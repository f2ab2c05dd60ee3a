"""Lists what waits for an administrator."""

from pickvs.core.database import transaction
from pickvs.core.paging import read_cursor, read_moment, write_cursor
from pickvs.operations.administration.access import check_admin
from pickvs.operations.administration.reviews import queries
from pickvs.operations.administration.reviews.queries import Position, ReviewFilter, ReviewRow
from pickvs.operations.administration.reviews.schemas import Review, Reviews
from pickvs.sports.service import refuse_unknown_sport


def list_reviews(actor_id: int, chosen: ReviewFilter, *, limit: int, cursor: str | None) -> Reviews:
    """Return a page of the review list, latest tip-off first, to an administrator.

    Raises the errors of `check_admin`, and Invalid if the sport is not covered or the cursor belongs to another list.
    """
    refuse_unknown_sport(chosen.sport)
    after = _position(cursor) if cursor is not None else None
    with transaction() as connection:
        check_admin(connection, actor_id)
        rows = queries.reviews(connection, chosen, after=after, limit=limit + 1)
    page = rows[:limit]
    last = page[-1] if len(rows) > limit else None
    return Reviews(
        reviews=[_review(row) for row in page],
        next_cursor=write_cursor(last.commence_time.isoformat(), last.kind, last.key) if last else None,
    )


def _review(row: ReviewRow) -> Review:
    return Review(
        kind=row.kind,
        sport=row.sport,
        home_team=row.home_team,
        away_team=row.away_team,
        commence_time=row.commence_time,
        reason=row.reason,
        game_id=row.game_id,
        provider=row.provider,
        provider_id=row.provider_id,
        since=row.since,
        seen_at=row.seen_at,
    )


def _position(cursor: str) -> Position:
    moment, kind, key = read_cursor(cursor, str, str, str)
    return read_moment(moment), "event" if kind == "event" else "game", key
