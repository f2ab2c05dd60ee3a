"""Delivers notices: takes what is due, sends it outside of any transaction, and marks what became of it.

Each delivery is leased before it is sent, and marked as soon as it has been. One whose process ends in between is sent
again when the lease is over. Nothing else is sent twice. Mails go before webhooks, so that no slow receiver holds up a
mail for a password.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, ThreadPoolExecutor, wait
from itertools import islice
from time import monotonic

from pickvs.agenda import service as agenda
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.logging import logger
from pickvs.core.metrics import emit
from pickvs.core.redaction import redact
from pickvs.notices.config import sender
from pickvs.notices.delivery import calling, mailing, queries
from pickvs.notices.delivery.metrics import (
    DELIVERIES_GIVEN_UP,
    DELIVERIES_SUPPRESSED,
    DELIVERY_FAILURES,
    NOTICES_SENT,
)
from pickvs.notices.delivery.queries import CallJob, MailJob
from pickvs.notices.delivery.rules import AT_ONCE, MOST_CALLS, MOST_MAILS, Outcome
from pickvs.notices.rules import CHANNELS, KINDS, WAITS, Channel, next_attempt
from pickvs.notices.service import DELIVER_NOTICES

_KEY = "deliveries"
"""Key of the one row on the agenda: when something may be delivered next."""

type Counts = Counter[tuple[Channel, str]]
"""Numbers of outcomes by channel: sent, failed, given_up, suppressed."""


def deliver(*, seconds: float) -> dict[str, int]:
    """Deliver what is due, and have this function woken when something is due next. Several runs share the work.

    seconds: takes no more work after this time. What is then left is done by the next run, within a minute or two.
    Returns the numbers of outcomes, such as `email_sent`.
    """
    by = monotonic() + seconds
    counts: Counts = Counter()
    with transaction() as connection:
        at = clock.now()
        counts["email", "given_up"] = queries.give_up(connection, at, mail=True)
        counts["webhook", "given_up"] = queries.give_up(connection, at, mail=False)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while monotonic() < by and (_mails(pool, counts) or _calls(pool, counts)):
            pass
    with transaction() as connection:
        _plan(connection)
    for channel in CHANNELS:
        emit(
            {
                NOTICES_SENT: counts[channel, "sent"],
                DELIVERY_FAILURES: counts[channel, "failed"],
                DELIVERIES_GIVEN_UP: counts[channel, "given_up"],
                DELIVERIES_SUPPRESSED: counts[channel, "suppressed"],
            },
            channel=channel,
        )
    return {f"{channel}_{outcome}": number for (channel, outcome), number in sorted(counts.items()) if number}


def _mails(pool: Executor, counts: Counts) -> bool:
    """Send the next mails. False if none are due."""
    with transaction() as connection:
        jobs = queries.begin_mails(connection, clock.now(), MOST_MAILS)
    keys = _unsubscribe_keys(jobs)
    stage_sender = sender()
    _each(pool, "email", jobs, lambda job: mailing.send(job, stage_sender, keys.get(job.user_id)), counts)
    return bool(jobs)


def _calls(pool: Executor, counts: Counts) -> bool:
    """Call the next webhooks. False if none are due."""
    with transaction() as connection:
        jobs = queries.begin_calls(connection, clock.now(), MOST_CALLS)
    at = clock.now()  # here, because a thread does not see a clock that is held
    _each(pool, "webhook", jobs, lambda job: calling.call(job, at), counts)
    return bool(jobs)


def _each[Job: (MailJob, CallJob)](
    pool: Executor, channel: Channel, jobs: Sequence[Job], send: Callable[[Job], Outcome], counts: Counts
) -> None:
    """Send jobs, AT_ONCE at most at a time, and mark each before another one takes its place.

    If the process ends, no more than AT_ONCE have been sent and not been marked.
    """
    waiting = iter(jobs)
    under_way = {pool.submit(_tried, send, job): job for job in islice(waiting, AT_ONCE)}
    while under_way:
        for done in wait(under_way, return_when=FIRST_COMPLETED).done:
            job, outcome = under_way.pop(done), done.result()
            counts[channel, _mark(job, outcome)] += 1
            under_way |= {pool.submit(_tried, send, following): following for following in islice(waiting, 1)}


def _tried[Job: (MailJob, CallJob)](send: Callable[[Job], Outcome], job: Job) -> Outcome:
    try:
        return send(job)
    except Exception as error:  # other deliveries are due as well
        logger().error("delivery failed", delivery_id=job.id, kind=job.kind, error=redact(repr(error)))
        return Outcome(state=None, error="a fault on our side")


def _mark(job: MailJob | CallJob, outcome: Outcome) -> str:
    """Store what became of a job, and return the name under which it is counted."""
    with transaction() as connection:
        at = clock.now()
        if outcome.state is not None:
            queries.end(connection, job.id, outcome, at)
            return outcome.state
        again = next_attempt(job.attempts, job.queued_at, at)
        if again is None:
            queries.end(connection, job.id, Outcome(state="failed", error=outcome.error, status=outcome.status), at)
            return "given_up"
        queries.postpone(connection, job.id, job.attempts, outcome, again)
        if isinstance(job, CallJob) and outcome.is_silence:
            # It would be silent to the others as well, and each would take the whole time.
            queries.hold_back(connection, job.webhook_id, at + WAITS[0])
        return "failed"


def _unsubscribe_keys(jobs: Iterable[MailJob]) -> dict[int, bytes]:
    """Return the keys of the users whose mails have an unsubscribe link, made if they have none."""
    users = sorted({job.user_id for job in jobs if KINDS[job.kind].is_choosable("email")})
    if not users:
        return {}
    with transaction() as connection:
        queries.make_unsubscribe_keys(connection, {user: secrets.token_bytes(32) for user in users})
        return queries.unsubscribe_keys(connection, users)


def _plan(connection: Connection) -> None:
    """Have this function woken when a delivery is due next."""
    due_at = queries.next_at(connection)
    if due_at is None:
        agenda.drop(connection, DELIVER_NOTICES, _KEY)
    else:
        agenda.put(connection, DELIVER_NOTICES, _KEY, due_at, {})
