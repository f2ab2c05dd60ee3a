"""What an administrator asks for."""

from typing import Annotated

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from pickvs.administration.requests import Reason
from pickvs.administration.results.rules import MOST_POINTS
from pickvs.core.requests import RequestBody

DryRun = Annotated[bool, Field(description="true: nothing is changed; the answer says what would be.")]

Points = Annotated[int, Field(ge=0, le=MOST_POINTS, description="Overtime included.")]


class Order(RequestBody):
    """An act on a game. The reason is shown with the result to everybody."""

    reason: Reason
    dry_run: DryRun = False


class ResultOrder(Order):
    """The final score of a game that has tipped off."""

    home_score: Points
    away_score: Points


class RegradeOrder(RequestBody):
    """Grading anew. Only a dry run can go without a reason."""

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
            raise ValueError("a change needs a reason")
        return reason
