"""The values that come in through the HTTP boundary or as an event, each with one way to be read.

Apart from what goes out, because reading needs pydantic, and most endpoints have no body to read.
"""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field


def _text(value: Any) -> Any:
    """Refuse numbers, and text that pydantic would read as a number: they would be seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and "-" in value[1:]):
        return value
    raise ValueError("not a date and time as RFC 3339 writes them")


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


SentMoment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_text), AfterValidator(_in_utc)]
"""A moment with a time zone, as RFC 3339 writes it; in UTC from here on."""

Identifier = Annotated[int, Field(gt=0, lt=2**63)]
"""The id of a row. Bounded, so that no number from outside can overflow the database's bigint."""


class RequestBody(BaseModel):
    """Base of what comes in: unknown fields are refused, and no value is bent into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
