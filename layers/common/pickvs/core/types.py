"""The values that cross the HTTP boundary, each with one way to be read and written."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)


def _no_bare_number(value: Any) -> Any:
    """Refuse text that pydantic would read as seconds since 1970."""
    if isinstance(value, str) and "-" not in value[1:]:
        raise ValueError("not a date and time as RFC 3339 writes them")
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_no_bare_number), AfterValidator(_in_utc)]
"""A moment with a time zone, written as RFC 3339 in UTC with `Z`."""

Number = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number"}),
]
"""An exact decimal inside, a JSON number outside: lines, units and percentages, which have at most 4 decimals."""

Identifier = Annotated[int, Field(gt=0, lt=2**63)]
"""The id of a row. Bounded, so that no number from outside can overflow the database's bigint."""


class RequestBody(BaseModel):
    """Base of what comes in: unknown fields are refused, and no value is bent into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ResponseBody(BaseModel):
    """Base of what goes out."""

    model_config = ConfigDict(frozen=True)
