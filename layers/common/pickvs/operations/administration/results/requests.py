"""Requests: manual results."""

from typing import Annotated

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from pickvs.core.requests import RequestBody, SentMoment
from pickvs.operations.administration.requests import Reason
from pickvs.operations.administration.results.rules import MOST_POINTS

DryRun = Annotated[bool, Field(description="If true, nothing is changed; the response shows what would change.")]

Points = Annotated[int, Field(ge=0, le=MOST_POINTS, description="Including overtime.")]


class Order(RequestBody):
    """An action on a game. The reason is public, shown with the result."""

    reason: Reason
    dry_run: DryRun = False


class ResultOrder(Order):
    """The final score of a game that has tipped off."""

    home_score: Points
    away_score: Points


class StartOrder(Order):
    """The actual start of a game."""

    began_at: Annotated[
        SentMoment,
        Field(description="The moment at which the game began, in the past. Picks placed at it or later are void."),
    ]


class RegradeOrder(RequestBody):
    """An order to grade a game again. The reason is required unless it is a dry run."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["reason"], "properties": {"reason": {"type": "string"}}},
                {"required": ["dry_run"], "properties": {"dry_run": {"const": True}}},
            ],
            "examples": [{"dry_run": True}],
        }
    )

    dry_run: DryRun = False
    reason: Annotated[Reason | None, Field(validate_default=True)] = None

    @field_validator("reason")
    @classmethod
    def _is_left_out_of_dry_runs_alone(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if reason is None and not info.data.get("dry_run"):
            raise ValueError("a reason is required unless dry_run is true")
        return reason
