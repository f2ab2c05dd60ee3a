"""Requests: training runs, promotions and roll-backs."""

from typing import Annotated, Literal

from pydantic import Field

from pickvs.core.requests import Identifier, RequestBody
from pickvs.operations.administration.requests import Reason
from pickvs.operations.administration.results.requests import DryRun

MOST_POINTS = 200


class TrainingOrder(RequestBody):
    """A training, or a search for better parameters."""

    sport: Annotated[str, Field(min_length=1, max_length=60, description="Key of the sport.")]
    kind: Literal["games", "players"]
    task: Annotated[
        Literal["train", "tune"],
        Field(
            description="`train` trains every recipe and lets the gate decide. `tune` searches for better parameters, "
            "and changes nothing."
        ),
    ] = "train"
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, description="Equal facts, code and seed give equal artefacts.")] = 0
    points: Annotated[
        int | None,
        Field(ge=2, le=MOST_POINTS, description="Points of a search, 30 by default. For `tune` only."),
    ] = None
    parameters_of: Annotated[
        Identifier | None,
        Field(description="Id of a search whose best parameters are trained. For `train` only."),
    ] = None
    reason: Reason
    dry_run: DryRun = False


class PromotionOrder(RequestBody):
    """The version that shall forecast from now on, whatever the gate said of it."""

    version: Annotated[Identifier, Field(description="Number of the version.")]
    reason: Reason
    dry_run: DryRun = False


class RollBackOrder(RequestBody):
    """The order to let the champion's predecessor forecast again."""

    reason: Reason
    dry_run: DryRun = False
