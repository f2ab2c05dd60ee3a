"""Delivers notices: takes what is due, sends it outside of any transaction, and marks what became of it.

Each delivery is leased before it is sent, and marked as soon as it has been. One whose process ends in between is sent
again when the lease is over. Nothing else is sent twice. Mails go before webhooks, and are looked for again after each
handful of calls, so that no slow receiver holds up a mail for a password. Webhooks take turns, one call each.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
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
from pickvs.notices.delivery.rules import (
    AT_ONCE,
    EXPIRED,
    HELD_BACK,
    MOST_CALLS,
    MOST_MAILS,
    UNKNOWN_KIND,
    Outcome,
    is_over,
    is_worn_out,
)
from pickvs.notices.rules import CHANNELS, KINDS, Channel, next_attempt
from pickvs.notices.service import DELIVER_NOTICES

_KEY = "deliveries"
"""Key of the one row on the agenda: when something may be delivered next."""


def deliver(*, seconds: float) -> dict[str, int]:
    """Deliver what is due, and have this function woken when something is due next. Several runs share the work.

    seconds: takes no more work after this time. What is then left is done by the next run, within a minute or two.
    Returns the numbers of outcomes, such as `email_sent`.
    """
    by = monotonic() + seconds
    with ThreadPoolExecutor(AT_ONCE) as pool:
        run = _Run(pool)
        while monotonic() < by and (run.mails() or run.calls()):
            pass
    with transaction() as connection:
        _plan(connection)
    counts = run.counts
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


class _Run:
    """A run of the function: what became of its deliveries, and whose turn is next."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.counts: Counter[tuple[Channel, str]] = Counter()
        """Numbers of outcomes by channel: sent, failed, given_up, suppressed, expired."""
        self._pool = pool
        self._throttled = False
        self._last_webhook: int | None = None
        """Whose turn it was. None: the first turn is anybody's, so that no webhook always comes first."""

    def mails(self) -> bool:
        """Send the next mails. False if none are due, or SES takes no more of them at the moment."""
        if self._throttled:
            return False
        with transaction() as connection:
            at = clock.now()
            jobs = queries.begin_mails(connection, at, MOST_MAILS, urgent=True)
            jobs = jobs or queries.begin_mails(connection, at, MOST_MAILS, urgent=False)
        keys = _unsubscribe_keys(jobs)
        stage_sender = sender()
        self._each("email", jobs, lambda job: mailing.send(job, stage_sender, keys.get(job.user_id)), at)
        return bool(jobs)

    def calls(self) -> bool:
        """Call the next webhooks. False if none are due."""
        with transaction() as connection:
            after = queries.any_webhook(connection) if self._last_webhook is None else self._last_webhook
            at = clock.now()
            jobs = queries.begin_calls(connection, at, MOST_CALLS, after=after)
        self._each("webhook", jobs, lambda job: calling.call(job, at), at)
        self._last_webhook = jobs[-1].webhook_id if jobs else 0
        return bool(jobs) or after > 0

    def _each[Job: (MailJob, CallJob)](
        self, channel: Channel, jobs: Sequence[Job], send: Callable[[Job], Outcome], at: datetime
    ) -> None:
        """Send jobs, AT_ONCE at most at a time, and mark each before another one takes its place.

        If the process ends, no more than AT_ONCE have been sent and not been marked. Mails that SES does not take at
        the moment are put back, with those that wait behind them.
        """

        def submit(job: Job) -> Future[Outcome]:
            return self._pool.submit(_tried, send, job, at)

        waiting: Iterator[Job] = iter(jobs)
        under_way = {submit(job): job for job in islice(waiting, AT_ONCE)}
        while under_way:
            for done in wait(under_way, return_when=FIRST_COMPLETED).done:
                job, outcome = under_way.pop(done), done.result()
                if outcome.is_throttled:
                    self._throttled = True
                    _put_back([job, *waiting], outcome)
                else:
                    self.counts[channel, _mark(job, outcome)] += 1
                under_way |= {submit(following): following for following in islice(waiting, 1)}


def _tried[Job: (MailJob, CallJob)](send: Callable[[Job], Outcome], job: Job, begun_at: datetime) -> Outcome:
    try:
        if is_over(job.data, job.queued_at, begun_at):
            return EXPIRED
        if job.kind not in KINDS:
            return UNKNOWN_KIND
        if is_worn_out(job.attempts, job.queued_at, begun_at):
            return Outcome(state=None, error="not sent in time")
        return send(job)
    except Exception as error:  # other deliveries are due as well
        logger().error("delivery failed", delivery_id=job.id, kind=job.kind, error=redact(repr(error)))
        return Outcome(state=None, error="a fault on our side")


def _put_back(jobs: Sequence[MailJob | CallJob], outcome: Outcome) -> None:
    """Have jobs tried again soon, without counting these attempts: however long it takes, they are not given up."""
    with transaction() as connection:
        queries.put_back(connection, jobs, outcome.error or "", clock.now() + HELD_BACK)


def _mark(job: MailJob | CallJob, outcome: Outcome) -> str:
    """Store what became of a job, and return the name under which it is counted."""
    with transaction() as connection:
        at = clock.now()
        if isinstance(job, CallJob) and outcome.holds_back:
            # Before the delivery is locked: who deletes the webhook takes it first as well.
            queries.hold_back(connection, job.webhook_id, at + HELD_BACK)
        if outcome.state is not None:
            queries.end(connection, job.id, outcome, at)
            return outcome.state
        again = next_attempt(job.attempts, job.queued_at, at)
        if again is None:
            queries.end(connection, job.id, Outcome(state="failed", error=outcome.error, status=outcome.status), at)
            return "given_up"
        queries.postpone(connection, job.id, job.attempts, outcome, again)
        return "failed"


def _unsubscribe_keys(jobs: Iterable[MailJob]) -> dict[int, bytes]:
    """Return the keys of the users whose mails have an unsubscribe link, made if they have none."""
    users = sorted({job.user_id for job in jobs if job.kind in KINDS and KINDS[job.kind].is_choosable("email")})
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
