"""Does what is due in leagues and drafts: the work of the function tick_drafts.

Each draft, and each league, has a transaction of its own. Several runs at once, late ones and doubled ones are
harmless: what is due is judged behind the draft's lock, by the clock.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from time import monotonic

from pickvs.agenda import service as agenda
from pickvs.agenda.service import Due
from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.logging import logger
from pickvs.core.metrics import emit
from pickvs.core.redaction import redact
from pickvs.fantasy.drafts.carrying import carry_out
from pickvs.fantasy.drafts.commands import Tick
from pickvs.fantasy.drafts.following import follow_all
from pickvs.fantasy.drafts.metrics import TICK_LATENESS
from pickvs.fantasy.drafts.planning import look_after_league
from pickvs.fantasy.leagues.waking import TICK_DRAFTS

SECONDS = 240.0
"""Time after which a run begins no more work. What is left is due at once again."""


def tick_drafts(*, all_leagues: bool = False) -> dict[str, int]:
    """Do what is due, and return the numbers of works done, put off, failed and given up.

    all_leagues: looks after every league that forms, runs or is to be archived, whatever is on the agenda: the daily
    net.
    """
    if all_leagues:
        with transaction() as connection:
            follow_all(connection, clock.now())
    return agenda.take_due_together(TICK_DRAFTS, _do)


def _do(works: Sequence[Due]) -> Mapping[str, datetime | None]:
    by = monotonic() + SECONDS
    emit({TICK_LATENESS: _lateness(works, clock.now())})
    outcome: dict[str, datetime | None] = {}
    for work in works:
        if monotonic() >= by:
            outcome[work.key] = clock.now()
            continue
        try:
            outcome[work.key] = _done(work)
        except Exception as error:  # other drafts are due as well; this one is tried again
            logger().error("draft not ticked", key=work.key, error=redact(repr(error)))
    return outcome


def _lateness(works: Sequence[Due], at: datetime) -> float | None:
    """Return by how many seconds the run comes after what was due in a draft, at most. None if nothing was."""
    return max(((at - work.due_at).total_seconds() for work in works if "draft_id" in work.payload), default=None)


def _done(work: Due) -> datetime | None:
    """Do one work. Returns when it is due again; None if it is done, or was put anew for another time."""
    with transaction() as connection:
        if "draft_id" in work.payload:
            carry_out(connection, int(work.payload["draft_id"]), Tick())
            return None
        return look_after_league(connection, int(work.payload["league_id"]))
