"""What a training run is."""

from dataclasses import dataclass
from typing import Literal

from pickvs.predictions.registry.rules import ModelKind

type TrainingTask = Literal["train", "tune"]
type TrainingStatus = Literal["queued", "running", "succeeded", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """Criteria for runs. None means no restriction."""

    sport: str | None = None
    kind: ModelKind | None = None
    status: TrainingStatus | None = None
    task: TrainingTask | None = None
