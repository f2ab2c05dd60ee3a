"""Types for the input of HTTP requests and events.

Separate from the response types, because these need pydantic and most endpoints have no request body.
"""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field


def _text(value: Any) -> Any:
    """Reject numbers and numeric text, which pydantic would interpret as seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and "-" in value[1:]):
        return value
    raise ValueError("not a date and time in RFC 3339 format")


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


SentMoment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_text), AfterValidator(_in_utc)]
"""A moment in RFC 3339 format with a time zone. Converted to UTC."""

Identifier = Annotated[int, Field(gt=0, lt=2**63)]
"""Id of a row, limited to the range of the database's bigint."""


class RequestBody(BaseModel):
    """Base class of request bodies. Rejects unknown fields, and does not coerce types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
