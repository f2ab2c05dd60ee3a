"""Shows simulations of contests, also while they run."""

from pickvs.core.database import Connection, transaction
from pickvs.core.paging import NEWEST, read_cursor, write_cursor
from pickvs.dfs.contests.errors import unknown_run
from pickvs.dfs.contests.rules import CONDITION
from pickvs.dfs.contests.runs import queries
from pickvs.dfs.contests.runs.queries import RunRow
from pickvs.dfs.contests.schemas import (
    ContestRun,
    ContestRunLineups,
    ContestRuns,
    LineupReturn,
    PortfolioReturn,
    RunBasis,
)


def list_runs(user_id: int, *, contest_id: int | None, limit: int, cursor: str | None) -> ContestRuns:
    """Return a page of the user's runs, newest first. Raises Invalid if the cursor belongs to another list."""
    before = read_cursor(cursor, int)[0] if cursor is not None else NEWEST
    with transaction() as connection:
        rows = queries.runs(connection, user_id, contest_id=contest_id, before=before, limit=limit + 1)
    page = rows[:limit]
    return ContestRuns(
        runs=[run_of(row) for row in page],
        next_cursor=write_cursor(page[-1].id) if len(rows) > limit else None,
    )


def get_run(user_id: int, run_id: int) -> ContestRun:
    """Return a run of the user. Raises NotFound (CONTEST_RUN_NOT_FOUND)."""
    with transaction() as connection:
        return run_of(_own(connection, run_id, user_id))


def list_lineups(user_id: int, run_id: int, *, limit: int, cursor: str | None) -> ContestRunLineups:
    """Return a page of what a run says of its lineups, by number.

    Raises NotFound (CONTEST_RUN_NOT_FOUND), and Invalid if the cursor belongs to another list.
    """
    after = read_cursor(cursor, int)[0] if cursor is not None else 0
    with transaction(snapshot=True) as connection:
        _own(connection, run_id, user_id)
        rows = queries.lineups_of(connection, run_id, after=after, limit=limit + 1)
    page = rows[:limit]
    return ContestRunLineups(
        run_id=run_id,
        condition=CONDITION,
        lineups=[LineupReturn.of(row) for row in page],
        next_cursor=write_cursor(page[-1].number) if len(rows) > limit else None,
    )


def run_of(row: RunRow) -> ContestRun:
    """Return a run as it is shown."""
    return ContestRun.of(
        row,
        trust=row.settings["trust"],
        trust_from=row.settings["trust_from"],
        portfolio=None if row.result is None else _portfolio(row.result),
        is_being_cancelled=row.cancel_requested and row.ended_at is None,
    )


def _portfolio(result: dict[str, object]) -> PortfolioReturn:
    return PortfolioReturn.of(result, condition=CONDITION, any_paid=result["paid"], basis=RunBasis.of(result["basis"]))


def _own(connection: Connection, run_id: int, user_id: int) -> RunRow:
    found = queries.find_run(connection, run_id, user_id)
    if found is None:
        raise unknown_run()
    return found
