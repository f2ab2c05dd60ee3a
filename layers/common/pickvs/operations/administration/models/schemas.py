"""Responses: training runs, and changes of champions."""

from typing import Annotated, Any, ClassVar

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.predictions.registry.rules import ModelKind
from pickvs.predictions.training_runs.values import TrainingStatus, TrainingTask

_A_RUN: dict[str, Any] = {
    "id": 31,
    "task": "train",
    "sport": "basketball_nba",
    "kind": "games",
    "status": "succeeded",
    "as_of": "2026-03-16T11:00:03Z",
    "seed": 0,
    "requested_at": "2026-03-16T11:00:03Z",
    "reason": "the weekly schedule",
    "attempts": 1,
    "started_at": "2026-03-16T11:00:04Z",
    "ended_at": "2026-03-16T11:04:12Z",
    "seconds": 248.1,
    "rows_sha256": "9d3f2f0f7c0f4a4e8d1b7f6a5c4e3d2c1b0a99887766554433221100ffeeddcc",
    "code_sha256": "0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8e9fa",
    "explanation": "Learnt from 21,760 games of basketball_nba up to 2026-03-15, 84 more than the run before.",
    "error": None,
}


_A_POINT: dict[str, Any] = {"number": 7, "loss": 0.60871, "seconds": 41.3, "error": None}
_DETAILS: dict[str, Any] = {
    "run": _A_RUN,
    "spec": {},
    "packages": {"python": "3.13.7", "numpy": "2.3.4", "scipy": "1.16.2", "lightgbm": "4.6.0", "machine": "aarch64"},
    "metrics": {"games": 21760, "lines": 0, "last_day": "2026-03-15", "trained": []},
    "points": [],
}
_AN_ORDER: dict[str, Any] = {
    "dry_run": False,
    "run_id": 32,
    "sport": "basketball_nba",
    "kind": "games",
    "task": "tune",
    "spec": {"points": 30},
}
_A_CHANGE: dict[str, Any] = {
    "dry_run": False,
    "model": "basketball_nba-past-lines",
    "before": 12,
    "after": 11,
    "recipe": "ridge",
    "explanation": "The candidate (ridge), a refit of the champion's recipe, was compared with Elo. It was promoted.",
}


class TrainingRun(ResponseBody):
    """A training run: what was asked for, and what came of it."""

    EXAMPLES: ClassVar = (_A_RUN,)

    id: int
    task: TrainingTask
    sport: str
    kind: ModelKind
    status: TrainingStatus
    as_of: Annotated[Moment, doc("Nothing that was known later is learnt from.")]
    seed: int
    requested_at: Moment
    reason: str
    attempts: Annotated[int, doc("Above 1 if a process ended without an answer.")]
    started_at: Annotated[Moment | None, doc("When the latest attempt began.")]
    ended_at: Moment | None
    seconds: Number | None
    rows_sha256: Annotated[str | None, doc("SHA-256 of the facts that it learnt from.")]
    code_sha256: Annotated[str | None, doc("SHA-256 of the code that makes features and models.")]
    explanation: Annotated[str | None, doc("In words: what changed, and why a version was promoted or not.")]
    error: str | None


class TrainingRuns(ResponseBody):
    """A page of training runs, the latest first."""

    runs: list[TrainingRun]
    next_cursor: str | None


class TuningPoint(ResponseBody):
    """A point of a search."""

    EXAMPLES: ClassVar = (_A_POINT,)

    number: int
    loss: Annotated[float | None, doc("On the seasons before those by which the gate judges; null until it is done.")]
    seconds: Number | None
    error: str | None


class TrainingRunDetails(ResponseBody):
    """A training run with everything that it takes to repeat it."""

    EXAMPLES: ClassVar = (_DETAILS,)

    run: TrainingRun
    spec: Annotated[dict[str, Any], doc("What was asked for beside the usual.")]
    packages: Annotated[dict[str, str] | None, doc("Versions of Python and the packages, and the architecture.")]
    metrics: Annotated[dict[str, Any] | None, doc("What was trained, with parameters and SHA-256 of each artefact.")]
    points: Annotated[list[TuningPoint], doc("Of a search; empty for a training.")]


class TrainingOrdered(ResponseBody):
    """A run that was queued or, for a dry run, that would be."""

    EXAMPLES: ClassVar = (_AN_ORDER,)

    dry_run: bool
    run_id: Annotated[int | None, doc("Null for a dry run.")]
    sport: str
    kind: ModelKind
    task: TrainingTask
    spec: dict[str, Any]


class ChampionChange(ResponseBody):
    """The change of a champion or, for a dry run, the change that would be made."""

    EXAMPLES: ClassVar = (_A_CHANGE,)

    dry_run: bool
    model: str
    before: Annotated[int | None, doc("Number of the version that forecast until then.")]
    after: Annotated[int, doc("Number of the version that forecasts from now on.")]
    recipe: Annotated[str, doc("Of the version that forecasts from now on.")]
    explanation: Annotated[str, doc("What its training said of it.")]
