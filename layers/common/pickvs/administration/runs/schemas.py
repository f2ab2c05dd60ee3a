"""Ingestion runs as administrators read them."""

from typing import Annotated, Any, ClassVar

from pickvs.administration.runs.queries import RunStatus
from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.ingestion.runs import JobName

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
    """What a run asked, what came, what was done with it and what was not."""

    EXAMPLES: ClassVar = (_A_RUN,)

    id: int
    job: JobName
    sport: str
    trigger_id: Annotated[str | None, doc("The id of the event that started it; null for one started by hand.")]
    status: Annotated[RunStatus, doc("partial: some of the answer could not be read; see skipped.")]
    attempt: Annotated[int, doc("Above 1 where it failed before and its event was delivered again.")]
    started_at: Annotated[Moment, doc("When the latest attempt began.")]
    finished_at: Moment | None
    request: Annotated[dict[str, Any], doc("Path and parameters of the question, without the key.")]
    http_status: int | None
    credits_used: Annotated[int | None, doc("By the provider's account, as the next two; null where it is silent.")]
    credits_remaining: int | None
    credits_last: Annotated[int | None, doc("What this question cost.")]
    raw_object: Annotated[str | None, doc("Where in the bucket the answer is kept as it came.")]
    counts: Annotated[dict[str, int], doc("What was done, by kind.")]
    skipped: Annotated[list[dict[str, Any]], doc("What was left out, and why; the first 200, counts has them all.")]
    error_code: str | None
    error: str | None


class IngestionRuns(ResponseBody):
    """A page of runs, newest first."""

    runs: list[IngestionRun]
    next_cursor: str | None
