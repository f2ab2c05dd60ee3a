"""Reads contests, in the caller's transaction."""

from pickvs.core.database import Connection
from pickvs.dfs.contests import queries
from pickvs.dfs.contests.errors import unknown_contest
from pickvs.dfs.contests.queries import ContestRow
from pickvs.dfs.simulation.payouts import Contest, Payout


def own_contest(connection: Connection, contest_id: int, user_id: int) -> ContestRow:
    """Return a contest of the user. Raises NotFound (CONTEST_NOT_FOUND)."""
    found = queries.find_contest(connection, contest_id, user_id)
    if found is None:
        raise unknown_contest()
    return found


def paid_by(row: ContestRow) -> Contest:
    """Return what a contest pays, which was checked when it was stored."""
    payouts = tuple(Payout(first=each["first"], last=each["last"], cents=each["cents"]) for each in row.payouts)
    return Contest(size=row.size, fee_cents=row.fee_cents, payouts=payouts)
