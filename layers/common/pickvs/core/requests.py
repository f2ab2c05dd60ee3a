"""Types for the input of HTTP requests and events.

Separate from the response types, because these need pydantic and most endpoints have no request body.
"""

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
    GetCoreSchemaHandler,
    ValidationError,
    ValidatorFunctionWrapHandler,
)
from pydantic_core import CoreSchema, core_schema

from pickvs.core.wording import MOMENT


class Worded:
    """Words for a text that does not match the field's pattern: what it must be. For Annotated, after the Field."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the field's schema with our words in place of the pattern's. Pydantic calls this for each field."""
        return core_schema.no_info_wrap_validator_function(self._checked, handler(source))

    def _checked(self, value: Any, check: ValidatorFunctionWrapHandler) -> Any:
        try:
            return check(value)
        except ValidationError as error:
            if error.errors(include_url=False)[0]["type"] != "string_pattern_mismatch":
                raise
            raise ValueError(self.words) from None


def _text(value: Any) -> Any:
    """Reject numbers and numeric text, which pydantic would interpret as seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and "-" in value[1:]):
        return value
    raise ValueError(MOMENT)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("must be between the years 1 and 9999 in UTC") from None


SentMoment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_text), AfterValidator(_in_utc)]
"""A moment in RFC 3339 format with a time zone. Converted to UTC."""


class Exact:
    """A decimal, sent as a JSON number and taken as it is written: 0.1 is a tenth. For Annotated, on a Decimal.

    least, most: its limits. places: most decimal places. more: whether it must be more than `least`.
    """

    def __init__(self, least: int, most: int, places: int, *, more: bool = False) -> None:
        self._least, self._most, self._places, self._more = least, most, places, more

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema that validates it. Pydantic calls this for each field."""
        lower = {"gt" if self._more else "ge": self._least}
        return core_schema.no_info_before_validator_function(
            _decimal,
            core_schema.decimal_schema(**lower, le=self._most, decimal_places=self._places),
            # What is kept as JSON is read again as it was sent.
            serialization=core_schema.plain_serializer_function_ser_schema(float, when_used="json"),
        )

    def __get_pydantic_json_schema__(self, of: CoreSchema, handler: Any) -> dict[str, Any]:
        """Return the schema for the API's document. Pydantic calls this when it generates it."""
        step = float(Decimal(1).scaleb(-self._places))
        lower = "exclusiveMinimum" if self._more else "minimum"
        return {"type": "number", lower: self._least, "maximum": self._most, "multipleOf": step}


def _decimal(raw: Any) -> Any:
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        return Decimal(str(raw))
    raise ValueError("must be a number")


Identifier = Annotated[int, Field(gt=0, lt=2**63)]
"""Id of a row, limited to the range of the database's bigint."""


Key = Annotated[
    str, Field(pattern="^[a-z0-9_]{1,60}$"), Worded("must have only the letters a to z, digits and _, at most 60")
]
"""The key of a sport or of a source, and other names that programs give."""


class RequestBody(BaseModel):
    """Base class of request bodies. Rejects unknown fields, and does not coerce types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
