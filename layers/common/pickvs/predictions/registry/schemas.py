"""Responses: models, their versions and promotions."""

from typing import Annotated, Any, ClassVar

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.predictions.registry.rules import ModelKind, ModelStage, PromotionAct, Variant

_A_VERSION: dict[str, Any] = {
    "number": 12,
    "recipe": "ridge",
    "stage": "champion",
    "created_at": "2026-03-16T11:04:12Z",
    "run_id": 31,
    "as_of": "2026-03-16T11:00:03Z",
    "seed": 0,
    "artefact_sha256": "3f6d0c1e7b0a4f0f9c1d2e3f4a5b6c7d8e9f00112233445566778899aabbccdd",
    "artefact_bytes": 2693,
    "rows_sha256": "9d3f2f0f7c0f4a4e8d1b7f6a5c4e3d2c1b0a99887766554433221100ffeeddcc",
    "code_sha256": "0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8e9fa",
    "figures": {"games": 6120, "log_loss": {"value": 0.6113, "error": 0.0052, "count": 6120}},
    "gate": {"outcome": "promoted", "yardstick": "Elo", "is_refit": True, "reasons": []},
    "explanation": "The candidate (ridge), a refit of the champion's recipe, was compared with Elo: its log loss "
    "differs by -0.0061 (standard error 0.0021) on 2,460 games. It was promoted.",
}
_A_MODEL: dict[str, Any] = {
    "name": "basketball_nba-past-lines",
    "sport": "basketball_nba",
    "kind": "games",
    "variant": "past-lines",
    "champion": _A_VERSION,
}


class ModelVersion(ResponseBody):
    """A trained version: what it learnt from, how it did in the walk-forward, and what the gate said."""

    EXAMPLES: ClassVar = (_A_VERSION,)

    number: Annotated[int, doc("Counts the model's versions from 1.")]
    recipe: Annotated[
        str,
        doc(
            "How it was made: `ridge`, `boosted` or `linear`; `bootstrap` is made of published parameters, for a stage "
            "that has trained nothing."
        ),
    ]
    stage: Annotated[ModelStage, doc("The champion forecasts. There is one or none.")]
    created_at: Moment
    run_id: Annotated[int | None, doc("The training run; null for a bootstrap, like the next two.")]
    as_of: Annotated[Moment | None, doc("Nothing that was known later was learnt from.")]
    seed: int | None
    artefact_sha256: Annotated[str, doc("SHA-256 of the artefact, checked whenever it is loaded.")]
    artefact_bytes: int
    rows_sha256: Annotated[str | None, doc("SHA-256 of the facts that the run learnt from; null for a bootstrap.")]
    code_sha256: Annotated[str | None, doc("SHA-256 of the code that makes features and models; null likewise.")]
    figures: Annotated[
        dict[str, Any],
        doc("Of the walk-forward, refitted before each season on the past alone. Empty if there was too little."),
    ]
    gate: Annotated[
        dict[str, Any] | None,
        doc("What the promotion gate said, with figures; null if it had nothing to judge by."),
    ]
    explanation: Annotated[str, doc("In words: what was compared, what changed, and why it was promoted or not.")]


class Model(ResponseBody):
    """A model, and the version that forecasts."""

    EXAMPLES: ClassVar = (_A_MODEL,)

    name: str
    sport: str
    kind: ModelKind
    variant: Annotated[
        Variant | None,
        doc("What it may know of the market: nothing, earlier lines, or also the game's own; null for players."),
    ]
    champion: ModelVersion | None


class Models(ResponseBody):
    """All models, by name."""

    models: list[Model]


_A_PROMOTION: dict[str, Any] = {
    "at": "2026-03-16T11:04:12Z",
    "act": "gate",
    "number": 12,
    "previous_number": 11,
    "reason": "The candidate (ridge), a refit of the champion's recipe, was compared with Elo. It was promoted.",
}


class Promotion(ResponseBody):
    """A change of the champion."""

    EXAMPLES: ClassVar = (_A_PROMOTION,)

    at: Moment
    act: Annotated[PromotionAct, doc("`gate`: by the promotion gate. `forced`, `rollback`: by an administrator.")]
    number: Annotated[int, doc("The version that became champion.")]
    previous_number: Annotated[int | None, doc("The champion until then.")]
    reason: str


class ModelDetails(ResponseBody):
    """A model with a page of its versions, the latest first, and its last promotions."""

    EXAMPLES: ClassVar = (
        {**_A_MODEL, "versions": [_A_VERSION], "promotions": [_A_PROMOTION], "next_cursor": None},
    )  # fmt: skip

    name: str
    sport: str
    kind: ModelKind
    variant: Variant | None
    champion: ModelVersion | None
    versions: list[ModelVersion]
    promotions: Annotated[list[Promotion], doc("The latest 20, the latest first.")]
    next_cursor: Annotated[str | None, doc("Of the versions.")]
