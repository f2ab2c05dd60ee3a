"""Responses: ingestion runs."""

from typing import Annotated, Any, ClassVar

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.ingestion.rules import JobName
from pickvs.operations.administration.runs.queries import RunStatus

_A_RUN: dict[str, Any] = {
    "id": 812,
    "job": "process_results",
    "sport": "basketball_nba",
    "trigger_id": "5f0f9f1c-3f53-4ad4-8c0f-5d1f5c0f5f3a",
    "status": "succeeded",
    "attempt": 1,
    "started_at": "2026-03-15T09:00:07Z",
    "finished_at": "2026-03-15T09:00:12Z",
    "request": {"path": "/v4/sports/basketball_nba/scores", "parameters": {"daysFrom": "3"}},
    "http_status": 200,
    "credits_used": 214,
    "credits_remaining": 286,
    "credits_last": 2,
    "raw_object": "odds_api/basketball_nba/scores/2026/03/15/812.json.gz",
    "counts": {"games": 21, "finals": 7, "picks_graded": 118, "skipped": 1},
    "skipped": [{"reason": "unknown game", "provider_id": "c1f0c0a4e7b84d0fa1f5f2d1c9e0b7a3"}],
    "error_code": None,
    "error": None,
}


class IngestionRun(ResponseBody):
    """One run: the question, the answer, what was stored and what was skipped."""

    EXAMPLES: ClassVar = (_A_RUN,)

    id: int
    job: Annotated[JobName, doc("Later versions may have more jobs.")]
    sport: str
    trigger_id: Annotated[str | None, doc("Id of the event that started the run; null if started manually.")]
    status: Annotated[RunStatus, doc("`partial`: part of the answer could not be read; see skipped.")]
    attempt: Annotated[int, doc("Above 1 if the run failed before and its event was delivered again.")]
    started_at: Annotated[Moment, doc("When the latest attempt began.")]
    finished_at: Moment | None
    request: Annotated[dict[str, Any], doc("Path and parameters of the provider request, without the key.")]
    http_status: int | None
    credits_used: Annotated[int | None, doc("As reported by the provider, like the next two; null if not reported.")]
    credits_remaining: int | None
    credits_last: Annotated[int | None, doc("Cost of this request.")]
    raw_object: Annotated[str | None, doc("Object key of the unmodified answer in the bucket.")]
    counts: Annotated[dict[str, int], doc("Counts of stored and skipped items, by kind.")]
    skipped: Annotated[list[dict[str, Any]], doc("Skipped parts with reasons; the first 200. counts has the total.")]
    error_code: str | None
    error: str | None


class IngestionRuns(ResponseBody):
    """A page of runs, newest first."""

    runs: list[IngestionRun]
    next_cursor: str | None
