"""How a job brings one answer in: for each sport a run with its own row, whatever happens.

1. The row is opened, in a transaction of its own. The event that triggered it may come twice: a run that already
   succeeded is not repeated, one under way is not joined, a failed or dead one becomes the next attempt.
2. The provider is asked, and its answer kept as it came.
3. What the answer says and how the run ended are written in one transaction, under a lock of the sport: all of it
   or none. A run that lost its row to a later attempt writes nothing.

No failure of one sport reaches another. At the end the function fails, so that it is delivered again, only if a later
attempt can help: spent credits, a refused key and a refused question stay as they are until an engineer acts, and
their rows and the age of the data say so.
"""

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from pickvs.core import clock, metrics, storage
from pickvs.core.config import OddsApiConfig, settings
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import ConfigurationError, DatabaseUnavailable, PickvsError, StorageUnavailable
from pickvs.core.logging import logger, redact
from pickvs.core.metrics import Metric
from pickvs.core.secrets import get_secret
from pickvs.ingestion import queries
from pickvs.markets.providers import odds_api
from pickvs.markets.providers.errors import Credits, ProviderError
from pickvs.markets.providers.odds_api import Question
from pickvs.markets.rules import SPORTS
from pickvs.markets.values import Capture, Skipped

type JobName = Literal["fetch_odds", "process_results"]

ASKING_SECONDS = 25
"""How long one invocation asks the provider, all sports together: well under the function's 5 minutes."""

DEAD_AFTER = timedelta(seconds=75)
"""A run that began longer ago is taken for dead: its function runs once at a time, so nothing overlaps it, and the last
delivery of its event, three minutes after the first, must find that out. If it lives after all, it finds its row taken
over and writes nothing."""

MOST_LISTED = 200
"""How many skipped parts a row lists; their number is in its counts."""

_STORING_MS = 120_000
"""For one statement: the boards of a long night, or of a whole ledger, are written by one."""
_WAITING_MS = 10_000
_ERROR_LENGTH = 500


class IngestionFailed(PickvsError):
    """A job did not finish for every sport, and a later attempt may."""


class _TakenOver(Exception):
    """Another attempt owns the row by now."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run as its `store` sees it. at: the moment the answer was there; whatever is written is dated by it."""

    id: int
    sport: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """What was done with an answer. skipped: readable parts that were not used, and why; they make no run partial."""

    counts: dict[str, int]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Job[Item]:
    """What differs between the jobs."""

    name: JobName
    question: Callable[[OddsApiConfig, str], Question]
    """What to ask about a sport."""
    read: Callable[[bytes, str], Capture[Item]]
    """Reads the answer about a sport; raises BadAnswer if it is none."""
    store: Callable[[Connection, Capture[Item], Run], Stored]
    """Puts it into the database, in the transaction of the connection."""
    measured: Mapping[Metric, str]
    """Which of the counts of what was stored are measured, by their names there."""


def trigger_id(event: object) -> str | None:
    """Return the id of a scheduled event, the same however often it is delivered; None for any other."""
    if not isinstance(event, dict) or event.get("detail-type") != "Scheduled Event":
        return None
    return str(event["id"]) if event.get("id") else None


def run[Item](job: Job[Item], trigger: str | None) -> dict[str, Any]:
    """Run `job` for every configured sport and return what came of it, ready for JSON.

    Raises IngestionFailed, after every sport has had its turn, where a later attempt may help.
    """
    config = settings().odds_api
    seconds = ASKING_SECONDS / len(config.sports)
    attempts = [_Attempt(job, config, sport, trigger) for sport in config.sports]
    report = {"job": job.name, "trigger_id": trigger, "runs": [attempt.carry_out(seconds) for attempt in attempts]}
    logger().info("ingestion finished", extra={"report": report})
    unfinished = [f"{attempt.sport}: {attempt.state}" for attempt in attempts if attempt.retry_later]
    if unfinished:
        raise IngestionFailed(f"{job.name} did not finish for {', '.join(unfinished)}")
    return report


@dataclass(slots=True)
class _Attempt[Item]:
    """One attempt at one run, and what is known of it so far."""

    job: Job[Item]
    config: OddsApiConfig
    sport: str
    trigger: str | None
    status: str = "failed"
    run_id: int | None = None
    number: int = 1
    http_status: int | None = None
    credits: Credits = field(default_factory=Credits)
    raw_object: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    error_code: str | None = None
    error: str | None = None
    retry_later: bool = False

    @property
    def state(self) -> str:
        """What to call the way it ended."""
        return self.error_code or self.status

    def carry_out(self, seconds: float) -> dict[str, Any]:
        """Ask, store and say how it went. Raises nothing: what went wrong is in the row, the log and the report."""
        question = self.job.question(self.config, self.sport)
        try:
            run_id = self._open(question)
            if run_id is not None:
                self._bring_in(run_id, question, seconds)
        except _TakenOver:
            self.status, self.counts = "overlapping", {}
        except Exception as error:  # whatever it is, the next sport must have its turn
            self._note(error)
            self._close_failed()
        self._measure()
        return self._report()

    def _open(self, question: Question) -> int | None:
        """Take the run's row and return its id; None if there is nothing to do."""
        at = clock.now()
        request = {"path": question.path, "parameters": dict(question.parameters)}
        of_this = {"job": self.job.name, "sport": self.sport}
        with transaction(statement_timeout_ms=_STORING_MS, lock_timeout_ms=_WAITING_MS) as connection:
            queries.lock(connection, self.sport)
            queries.fail_dead_runs(
                connection,
                **of_this,
                begun_before=at - DEAD_AFTER,
                at=at,
                error_code="ABANDONED",
                error="the run ended without a word: its function crashed or ran out of time",
            )
            earlier = queries.triggered_by(connection, **of_this, trigger_id=self.trigger) if self.trigger else None
            if earlier is not None and earlier["status"] in {"succeeded", "partial"}:
                self.run_id, self.number, self.status = earlier["id"], earlier["attempt"], "duplicate"
                return None
            if (other := queries.running(connection, **of_this)) is not None:
                self.run_id, self.number, self.status = other["id"], other["attempt"], "overlapping"
                # If the other one is dead already, only a later delivery can find that out.
                self.retry_later = self.trigger is not None
                return None
            if earlier is not None:
                run_id = int(earlier["id"])
                self.number = queries.begin_again(connection, run_id=run_id, request=request, at=at)
            else:
                run_id = queries.begin(connection, **of_this, trigger_id=self.trigger, request=request, at=at)
        self.run_id = run_id
        return run_id

    def _bring_in(self, run_id: int, question: Question, seconds: float) -> None:
        if self.sport not in SPORTS:
            raise ConfigurationError(f"{self.sport} is not among the sports that are covered")
        answer = _client(self.config).ask(question, seconds=seconds)
        at = clock.now()
        self.http_status, self.credits = answer.http_status, answer.credits
        self._keep(run_id, question, answer.body, at)
        capture = self.job.read(answer.body, self.sport)
        unreadable = [*self.skipped, *capture.skipped]
        with transaction(statement_timeout_ms=_STORING_MS, lock_timeout_ms=_WAITING_MS) as connection:
            queries.lock(connection, self.sport)
            stored = self.job.store(connection, capture, Run(run_id, self.sport, at))
            self.skipped = [*unreadable, *stored.skipped]
            self.counts = {**stored.counts, "skipped": len(self.skipped)}
            self.status = "partial" if unreadable else "succeeded"
            self._finish(connection, run_id)

    def _keep(self, run_id: int, question: Question, body: bytes, at: datetime) -> None:
        """Keep the answer as it came. That it could not be kept is no reason to lose what it says."""
        key = f"odds_api/{self.sport}/{question.kind}/{at:%Y/%m/%d}/{run_id}.json.gz"
        try:
            storage.keep(self.config.raw_answers_bucket, key, body, content_type="application/json")
        except StorageUnavailable as error:
            logger().error("raw answer not kept", extra={"sport": self.sport, "error": redact(str(error))})
            self.skipped.append(Skipped("the raw answer could not be kept"))
        else:
            self.raw_object = key

    def _finish(self, connection: Connection, run_id: int) -> None:
        """Close the row. Raises _TakenOver, which undoes the transaction, if the row is another attempt's by now."""
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
        """Remember what went wrong, with nothing secret in it, and whether a later attempt may do better."""
        self.status, self.counts = "failed", {}
        self.retry_later = True
        match error:
            case ProviderError():
                self.error_code, self.retry_later = error.code, error.retry_later
                self.http_status = self.http_status or error.http_status
                self.credits = self.credits if self.credits != Credits() else error.credits
            case DatabaseUnavailable():
                self.error_code = "DATABASE_UNAVAILABLE"
            case ConfigurationError():
                # It costs nothing to look again, and a secret that could not be read may be readable then.
                self.error_code = "CONFIGURATION"
            case _:
                self.error_code = "UNEXPECTED"
        self.error = _one_line(error if isinstance(error, PickvsError) else f"{type(error).__name__}: {error}")
        logger().error(
            "run failed",
            extra={
                "job": self.job.name,
                "sport": self.sport,
                "run_id": self.run_id,
                "error_code": self.error_code,
                "error": self.error,
                "where": redact("".join(traceback.format_exception(error))),
            },
        )

    def _close_failed(self) -> None:
        """Write the failure into the row, if there is one and the database can be had."""
        if self.run_id is None:
            return
        try:
            with transaction() as connection:
                self._finish(connection, self.run_id)
        except _TakenOver:
            self.status, self.retry_later = "overlapping", False
        except (DatabaseUnavailable, ConfigurationError) as error:
            # The row stays `running`; the next delivery finds it dead and takes it over.
            self.retry_later = True
            logger().error("run row not closed", extra={"run_id": self.run_id, "error": redact(str(error))})

    def _measure(self) -> None:
        """Say how it went and what it did; a run that failed did nothing, and may still know what credits are left."""
        failed = self.status == "failed"
        ended = failed or self.status in {"succeeded", "partial"}
        metrics.emit({Metric.RUNS: int(ended), Metric.FAILED_RUNS: int(failed)}, job=self.job.name)
        done: dict[Metric, float | None] = {metric: self.counts.get(name) for metric, name in self.job.measured.items()}
        metrics.emit(done | {Metric.CREDITS_REMAINING: self.credits.remaining})

    def _report(self) -> dict[str, Any]:
        return {
            "sport": self.sport,
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


def _client(config: OddsApiConfig) -> odds_api.OddsApi:
    key = get_secret(config.api_key_secret).get("api_key", "").strip()
    if not key:
        raise ConfigurationError("the Odds API secret has no field 'api_key'; put the key there")
    return odds_api.OddsApi(config.base_url, key, odds_api.PATIENCE)


def _as_json(part: Skipped) -> dict[str, str]:
    values: Iterable[tuple[str, str | None]] = (
        ("reason", part.reason),
        ("provider_id", part.provider_id),
        ("bookmaker", part.bookmaker),
        ("market", part.market),
    )
    return {name: value for name, value in values if value is not None}


def _one_line(error: object) -> str:
    """Return the error's text as PostgreSQL can keep it: one line, without NUL, not endless, nothing secret in it."""
    text = str(error).replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    return redact(" ".join(text.split()))[:_ERROR_LENGTH]
