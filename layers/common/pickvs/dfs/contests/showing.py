"""Shows contests."""

from pickvs.core.database import transaction
from pickvs.core.paging import NEWEST, read_cursor, write_cursor
from pickvs.dfs.contests import queries, reading
from pickvs.dfs.contests.queries import ContestRow
from pickvs.dfs.contests.schemas import ContestPayout, DfsContest, DfsContests


def list_contests(user_id: int, *, slate_id: int | None, limit: int, cursor: str | None) -> DfsContests:
    """Return a page of the user's contests, newest first. Raises Invalid if the cursor belongs to another list."""
    before = read_cursor(cursor, int)[0] if cursor is not None else NEWEST
    with transaction() as connection:
        rows = queries.contests(connection, user_id, slate_id=slate_id, before=before, limit=limit + 1)
    page = rows[:limit]
    return DfsContests(
        contests=[contest_of(row) for row in page],
        next_cursor=write_cursor(page[-1].id) if len(rows) > limit else None,
    )


def get_contest(user_id: int, contest_id: int) -> DfsContest:
    """Return a contest of the user. Raises NotFound (CONTEST_NOT_FOUND)."""
    with transaction() as connection:
        return contest_of(reading.own_contest(connection, contest_id, user_id))


def contest_of(row: ContestRow) -> DfsContest:
    """Return a contest as it is shown."""
    paid = reading.paid_by(row)
    return DfsContest.of(
        row,
        prizes_cents=paid.prizes_cents,
        places_paid=paid.paid,
        payouts=[ContestPayout(**each) for each in row.payouts],
    )
