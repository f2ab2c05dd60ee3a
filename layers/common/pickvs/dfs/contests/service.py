"""Stores contests with their payouts."""

from typing import TYPE_CHECKING
from uuid import UUID

from pickvs.accounts.presence import hold_caller
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.dfs.contests import queries, reading
from pickvs.dfs.contests.errors import bad_payouts, too_many_contests
from pickvs.dfs.contests.rules import MOST_CONTESTS
from pickvs.dfs.contests.schemas import DfsContest
from pickvs.dfs.contests.showing import contest_of
from pickvs.dfs.simulation.payouts import Payout, PayoutsDoNotAddUp, contest
from pickvs.dfs.slates import reading as slates
from pickvs.idempotency.service import once

if TYPE_CHECKING:
    from pickvs.dfs.contests.requests import WantedContest


def create_contest(
    user_id: int, wanted: "WantedContest", *, key: str | None, session: UUID | None, api_key_id: int | None
) -> DfsContest:
    """Store a contest of the user, and return it.

    key: Idempotency-Key; the same request with it gets the first answer. session, api_key_id: the caller's.

    Raises NotFound (SLATE_NOT_FOUND), Conflict (TOO_MANY_CONTESTS), and Invalid (PAYOUTS_DO_NOT_ADD_UP).
    """
    with transaction() as connection:
        hold_caller(connection, user_id, session=session, api_key_id=api_key_id)
        if key is None:
            return _create(connection, user_id, wanted)
        return once(
            connection,
            user_id,
            key,
            wanted,
            DfsContest,
            lambda: _create(connection, user_id, wanted),
            about="add a contest ",
        )


def _create(connection: Connection, user_id: int, wanted: "WantedContest") -> DfsContest:
    slates.slate(connection, wanted.slate_id, user_id)
    payouts = [Payout(first=each.first, last=each.last, cents=each.cents) for each in wanted.payouts]
    try:
        contest(wanted.size, wanted.fee_cents, payouts, wanted.prizes_cents)
    except PayoutsDoNotAddUp as error:
        raise bad_payouts(str(error)) from None
    queries.take_turn(connection, user_id)
    if queries.count_contests(connection, user_id, wanted.slate_id) >= MOST_CONTESTS:
        raise too_many_contests()
    contest_id = queries.insert_contest(
        connection,
        user_id=user_id,
        slate_id=wanted.slate_id,
        name=wanted.name,
        external_id=wanted.external_id,
        size=wanted.size,
        fee_cents=wanted.fee_cents,
        payouts=[{"first": each.first, "last": each.last, "cents": each.cents} for each in payouts],
        at=clock.now(),
    )
    return contest_of(reading.own_contest(connection, contest_id, user_id))
