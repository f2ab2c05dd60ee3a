"""What passes between the parts of a training run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pickvs.predictions.registry.rules import ModelKey
from pickvs.predictions.training_runs.rules import Verdicts, Yardstick


@dataclass(frozen=True, slots=True, kw_only=True)
class Incumbent:
    """The champion of a model: its number, recipe, and artefact, which was checked."""

    number: int
    recipe: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """An artefact that a run trained, and what the gate said of its recipe.

    parameters: what it takes to train it again. figures: of the walk-forward, as JSON. verdict: None without anything
    to judge by.
    """

    key: ModelKey
    recipe: str
    content: bytes
    parameters: Mapping[str, Any]
    figures: Mapping[str, Any]
    verdict: Verdicts | None
    against: Yardstick
    changes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run trained, from how much, and what it could not train, in words."""

    trained: tuple[Trained, ...]
    games: int
    lines: int
    last_day: str
    skipped: tuple[str, ...] = field(default=())
