"""Runs of a job: one for each subject, each with its own row, whatever the outcome.

A job's subject is what it imports data about. For odds and scores it is a sport, hence the name of the column.

1. Open the row, in its own transaction. Events may be delivered twice: a run that succeeded is not repeated, a run in
   progress is left alone, and a failed or dead run gets another attempt.
2. Query the source, and store its raw response.
3. Write the data and the outcome in one transaction, under a lock on the subject. An attempt that has lost its row to a
   later one writes nothing.

A run is `succeeded` if the whole response could be read, `partial` if a part of it could not, and `failed` with
UNUSABLE_ANSWER if no part could, or if the job finds nothing usable in it. A failed run writes its row and nothing
else: what stood before stays, and grows old. The row counts and lists the unreadable parts, and `skipped_percent` in
its counts is their share, rounded up. Data becomes fresh by what a run brings, not by its success: see
`jobs.freshness`.

A run may be spared: its caller decides, before the row is opened, that the source need not or must not be asked. It
leaves no row, and makes nothing fresh.

Subjects fail independently. At the end, the function fails only if a retry may succeed, so that Lambda delivers the
event again. Used-up credits, a rejected API key and a rejected request persist until the operator acts; they show in
the rows and in the age of the data.
"""

import math
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from pickvs.core import clock, metrics, storage
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import ConfigurationError, DatabaseUnavailable, PickvsError, StorageUnavailable
from pickvs.core.logging import logger
from pickvs.core.metrics import Metric
from pickvs.core.redaction import redact
from pickvs.jobs import queries
from pickvs.jobs.config import raw_answers_bucket
from pickvs.jobs.errors import ProviderError, UnusableAnswer
from pickvs.jobs.freshness import ALL, note_good
from pickvs.jobs.metrics import FAILED_RUNS, RUNS, SKIPPED_SHARE
from pickvs.jobs.sources import Capture, Credits, Question, Skipped, Source

ASKING_SECONDS = 25
"""Maximum time per invocation for requests to sources, for all subjects together. The function times out after
5 minutes."""

DEAD_AFTER = timedelta(seconds=75)
"""Age after which a running run counts as dead. The function has a concurrency of one, so its runs do not overlap. The
last delivery of an event, three minutes after the first, must be able to take over a dead run. A run that turns out to
be alive finds its row taken over and writes nothing."""

MOST_LISTED = 200
"""Maximum number of skipped parts that a row lists. The counts include all of them."""

STORING_MS = 120_000
"""Statement timeout. A single statement updates the boards after a long night, or rebuilds them from the ledger."""
WAITING_MS = 10_000
"""Lock timeout."""
_ERROR_LENGTH = 500


class IngestionFailed(PickvsError):
    """A job did not finish for every subject, and a retry may succeed."""


class _TakenOver(Exception):
    """A later attempt has taken over the row."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run, as passed to `store`. at: when the response arrived; the timestamp of everything that is written."""

    id: int
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """Result of storing a response.

    skipped: readable parts that were not used; they do not make the run partial. usable: parts of the subject's data
    that are good as of the response (see `jobs.freshness`). unreadable: parts of which only the database showed that
    they cannot be read. lost: their share of what had been read. unusable: why the response is of no use, if it is not.

    If nothing is left or the response is of no use, the run fails and nothing is good as of it. What was written stays:
    evidence and reports, such as a game that must not be open.
    """

    counts: dict[str, int]
    skipped: tuple[Skipped, ...] = ()
    usable: frozenset[str] = frozenset({ALL})
    unreadable: tuple[Skipped, ...] = ()
    lost: Fraction = Fraction(0)
    unusable: str | None = None


@dataclass(frozen=True, slots=True)
class Job[Item]:
    """Definition of a job."""

    name: str
    subjects: Callable[[], Sequence[str]]
    """Returns the subjects to run for. Raises ConfigurationError if the settings do not specify them."""
    question: Callable[[str], Question]
    """Returns the request for a subject."""
    source: Callable[[str], Source]
    """Returns the source for a subject. Raises ConfigurationError if there is none."""
    read: Callable[[bytes, str], Capture[Item]]
    """Parses the response for a subject. Raises BadAnswer if it is unusable."""
    store: Callable[[Connection, Capture[Item], Run], Stored]
    """Writes the parsed response to the database, in the connection's transaction. Raises UnusableAnswer, which rolls
    it back, if the response is readable but must not replace what is there."""
    measured: Mapping[Metric, str]
    """Metrics to emit, each with the name of its count in `Stored.counts`."""
    credits_remaining: Metric | None = None
    """Metric of the remaining credits, if the source reports them."""


type Spare = Callable[[Connection, str], str | None]
"""Returns the status of a subject's run if its source is not asked: why not, in one word. None if it is asked.

Called in the transaction that would open the run."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a subject's run ended. report: as in the report of `run`."""

    status: str
    report: Mapping[str, Any]
    retry_later: bool
    """Whether it has not done its work, and a later attempt may."""


def trigger_id(event: object) -> str | None:
    """Return the id of a scheduled event, which is the same for every delivery. None for other events."""
    if not isinstance(event, dict) or event.get("detail-type") != "Scheduled Event":
        return None
    return str(event["id"]) if event.get("id") else None


def run[Item](job: Job[Item], trigger: str | None, spare: Spare | None = None) -> dict[str, Any]:
    """Run `job` for each of its subjects, and return a JSON-serializable report.

    Raises IngestionFailed, after all subjects have been tried, if a retry may succeed.
    """
    attempts = _carry_out(job, job.subjects(), trigger, spare)
    report = {"job": job.name, "trigger_id": trigger, "runs": [attempt.report() for attempt in attempts]}
    logger().info("ingestion finished", extra={"report": report})
    unfinished = [f"{attempt.subject}: {attempt.state}" for attempt in attempts if attempt.retry_later]
    if unfinished:
        raise IngestionFailed(f"{job.name} did not finish for {', '.join(unfinished)}")
    return report


def run_once[Item](job: Job[Item], subject: str, *, seconds: float) -> dict[str, Any]:
    """Run `job` for one subject, asking for about `seconds`, and return its report.

    What fails is in the report. Raises ConfigurationError without a bucket.
    """
    attempt = _Attempt(job, raw_answers_bucket(), subject, None)
    attempt.carry_out(seconds)
    return attempt.report()


def run_for[Item](job: Job[Item], subjects: Sequence[str], spare: Spare) -> dict[str, Ended]:
    """Run `job` for some subjects, in their order, and return how each run ended. For work that became due."""
    attempts = _carry_out(job, subjects, None, spare)
    ended = {
        # Without a trigger, no event is delivered again for a run that found another one in progress.
        attempt.subject: Ended(attempt.status, attempt.report(), attempt.retry_later or attempt.status == "overlapping")
        for attempt in attempts
    }
    logger().info("due work asked", extra={"job": job.name, "runs": [each.report for each in ended.values()]})
    return ended


def _carry_out[Item](
    job: Job[Item], subjects: Sequence[str], trigger: str | None, spare: Spare | None
) -> list["_Attempt[Item]"]:
    bucket = raw_answers_bucket()
    attempts = [_Attempt(job, bucket, subject, trigger, spare) for subject in subjects]
    for attempt in attempts:
        attempt.carry_out(ASKING_SECONDS / len(attempts))
    return attempts


@dataclass(slots=True)
class _Attempt[Item]:
    """One attempt of a run, with its results so far."""

    job: Job[Item]
    bucket: str
    subject: str
    trigger: str | None
    spare: Spare | None = None
    spared: bool = False
    status: str = "failed"
    run_id: int | None = None
    number: int = 1
    http_status: int | None = None
    credits: Credits = field(default_factory=Credits)
    raw_object: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    skipped_share: Fraction | None = None
    """Share of the response that could not be read. None if no response was parsed."""
    error_code: str | None = None
    error: str | None = None
    retry_later: bool = False

    @property
    def state(self) -> str:
        """Error code or status of the attempt."""
        return self.error_code or self.status

    def carry_out(self, seconds: float) -> None:
        """Run the attempt. Never raises: errors are in the row, the log and the report."""
        try:
            question = self.job.question(self.subject)
            run_id = self._open(question)
            if run_id is not None:
                self._bring_in(run_id, question, seconds)
        except _TakenOver:
            self.status, self.counts = "overlapping", {}
        except Exception as error:  # the other subjects must still run
            self._note(error)
            self._close_failed()
        self._measure()

    def _open(self, question: Question) -> int | None:
        """Open the run's row, and return its id. None if there is nothing to do."""
        at = clock.now()
        request = {"path": question.path, "parameters": dict(question.parameters)}
        of_this = {"job": self.job.name, "subject": self.subject}
        with transaction(statement_timeout_ms=STORING_MS, lock_timeout_ms=WAITING_MS) as connection:
            queries.lock(connection, self.subject)
            queries.fail_dead_runs(
                connection,
                **of_this,
                begun_before=at - DEAD_AFTER,
                at=at,
                error_code="ABANDONED",
                error="the run did not report its end: the function crashed or timed out",
            )
            earlier = queries.triggered_by(connection, **of_this, trigger_id=self.trigger) if self.trigger else None
            if earlier is not None and earlier["status"] in {"succeeded", "partial"}:
                self.run_id, self.number, self.status = earlier["id"], earlier["attempt"], "duplicate"
                return None
            if (other := queries.running(connection, **of_this)) is not None:
                self.run_id, self.number, self.status = other["id"], other["attempt"], "overlapping"
                # If the other run is dead, only a later delivery can tell.
                self.retry_later = self.trigger is not None
                return None
            if self.spare is not None and (why := self.spare(connection, self.subject)) is not None:
                self.status, self.spared = why, True
                return None
            if earlier is not None:
                run_id = int(earlier["id"])
                self.number = queries.begin_again(connection, run_id=run_id, request=request, at=at)
            else:
                run_id = queries.begin(connection, **of_this, trigger_id=self.trigger, request=request, at=at)
        self.run_id = run_id
        return run_id

    def _bring_in(self, run_id: int, question: Question, seconds: float) -> None:
        source = self.job.source(self.subject)
        answer = source.ask(question, seconds=seconds)
        at = clock.now()
        self.http_status, self.credits = answer.http_status, answer.credits
        self._keep(f"{source.name}/{self.subject}/{question.kind}/{at:%Y/%m/%d}/{run_id}.json.gz", answer.body)
        capture = self.job.read(answer.body, self.subject)
        self._leave_out(capture.skipped, capture.skipped_share)
        if self.skipped_share == 1:
            raise UnusableAnswer(_nothing_readable(capture.skipped))
        with transaction(statement_timeout_ms=STORING_MS, lock_timeout_ms=WAITING_MS) as connection:
            queries.lock(connection, self.subject)
            stored = self.job.store(connection, capture, Run(run_id, self.subject, at))
            self._leave_out(stored.unreadable, stored.lost)
            if (unusable := stored.unusable) is None and self.skipped_share == 1:
                unusable = _nothing_readable(stored.unreadable)
            status = "partial" if self.skipped else "succeeded"
            self.skipped += stored.skipped
            if unusable is None:
                note_good(connection, job=self.job.name, subject=self.subject, parts=stored.usable, at=at)
                self.status = status
                self.counts = {**stored.counts, **self._skipped_counts()}
                self._finish(connection, run_id)
        if unusable is not None:
            raise UnusableAnswer(unusable)

    def _leave_out(self, unreadable: Sequence[Skipped], lost: Fraction) -> None:
        """Note parts that cannot be read, and their share of what is left."""
        self.skipped += unreadable
        self.skipped_share = 1 - (1 - (self.skipped_share or Fraction(0))) * (1 - lost)

    def _skipped_counts(self) -> dict[str, int]:
        """Return number and share of the skipped parts, if a response was parsed."""
        if self.skipped_share is None:
            return {}
        return {"skipped": len(self.skipped), "skipped_percent": math.ceil(100 * self.skipped_share)}

    def _keep(self, key: str, body: bytes) -> None:
        """Store the raw response. A failure makes the run partial but does not fail it."""
        try:
            storage.keep(self.bucket, key, body, content_type="application/json")
        except StorageUnavailable as error:
            logger().error("raw answer not kept", extra={"sport": self.subject, "error": redact(str(error))})
            self.skipped.append(Skipped("the raw answer could not be kept"))
        else:
            self.raw_object = key

    def _finish(self, connection: Connection, run_id: int) -> None:
        """Close the row. Raises _TakenOver, which rolls back the transaction, if a later attempt has taken the row."""
        outcome = {
            "status": self.status,
            "http_status": self.http_status,
            "credits_used": self.credits.used,
            "credits_remaining": self.credits.remaining,
            "credits_last": self.credits.last,
            "raw_object": self.raw_object,
            "counts": self.counts,
            "skipped": [_as_json(part) for part in self.skipped[:MOST_LISTED]],
            "error_code": self.error_code,
            "error": self.error,
        }
        if not queries.finish(connection, run_id=run_id, attempt=self.number, at=clock.now(), outcome=outcome):
            raise _TakenOver

    def _note(self, error: Exception) -> None:
        """Record and log an error, without secrets, and whether a retry may succeed."""
        self.status, self.counts = "failed", {}
        self.retry_later = True
        match error:
            case ProviderError():
                self.error_code, self.retry_later = error.code, error.retry_later
                self.counts = self._skipped_counts()
                self.http_status = self.http_status or error.http_status
                self.credits = self.credits if self.credits != Credits() else error.credits
            case DatabaseUnavailable():
                self.error_code = "DATABASE_UNAVAILABLE"
            case ConfigurationError():
                # A retry is cheap, and a secret that could not be read may have become readable.
                self.error_code = "CONFIGURATION"
            case _:
                self.error_code = "UNEXPECTED"
        self.error = _one_line(error if isinstance(error, PickvsError) else f"{type(error).__name__}: {error}")
        logger().error(
            "run failed",
            extra={
                "job": self.job.name,
                "sport": self.subject,
                "run_id": self.run_id,
                "error_code": self.error_code,
                "error": self.error,
                "where": redact("".join(traceback.format_exception(error))),
            },
        )

    def _close_failed(self) -> None:
        """Record the failure in the row, if there is one and the database is available."""
        if self.run_id is None:
            return
        try:
            with transaction() as connection:
                self._finish(connection, self.run_id)
        except _TakenOver:
            self.status, self.retry_later = "overlapping", False
        except (DatabaseUnavailable, ConfigurationError) as error:
            # The row stays `running`. The next delivery finds the run dead and takes the row over.
            self.retry_later = True
            logger().error("run row not closed", extra={"run_id": self.run_id, "error": redact(str(error))})

    def _measure(self) -> None:
        """Emit the metrics of the attempt. A failed one has no counts but may have remaining credits."""
        failed = self.status == "failed"
        # A scheduled run that was spared has ended too: the schedule is at work.
        ended = failed or self.status in {"succeeded", "partial"} or (self.spared and self.trigger is not None)
        share = float(100 * self.skipped_share) if ended and self.skipped_share is not None else None
        metrics.emit({RUNS: int(ended), FAILED_RUNS: int(failed), SKIPPED_SHARE: share}, job=self.job.name)
        done: dict[Metric, float | None] = {metric: self.counts.get(name) for metric, name in self.job.measured.items()}
        if self.job.credits_remaining is not None:
            done[self.job.credits_remaining] = self.credits.remaining
        metrics.emit(done)

    def report(self) -> dict[str, Any]:
        """Return the attempt as JSON-serializable values."""
        return {
            "sport": self.subject,
            "run_id": self.run_id,
            "attempt": self.number,
            "status": self.status,
            "counts": self.counts,
            "skipped": [_as_json(part) for part in self.skipped[:MOST_LISTED]],
            "http_status": self.http_status,
            "credits": {
                "used": self.credits.used,
                "remaining": self.credits.remaining,
                "last": self.credits.last,
            },
            "raw_object": self.raw_object,
            "error_code": self.error_code,
            "error": self.error,
        }


def _nothing_readable(skipped: Sequence[Skipped]) -> str:
    """Return what is wrong with a response of which no part could be read: the most frequent reason."""
    [(reason, times)] = Counter(part.reason for part in skipped).most_common(1)
    return f"nothing in the answer could be read: {reason} ({times} of {len(skipped)} skipped parts)"


def _as_json(part: Skipped) -> dict[str, str]:
    values = ((member.name, getattr(part, member.name)) for member in fields(part))
    return {name: value for name, value in values if value is not None}


def _one_line(error: object) -> str:
    """Return the error's text as one line that PostgreSQL can store: without NUL, redacted, and limited in length."""
    text = str(error).replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    return redact(" ".join(text.split()))[:_ERROR_LENGTH]
