"""Types for the output of HTTP responses."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Self

from msgspec import Meta, Struct


class JsonSchema:
    """Schema for the API's OpenAPI document that overrides the one derived from the Python type. For Annotated."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema

    def __get_pydantic_json_schema__(
        self, core_schema: Any, handler: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return the schema. Pydantic calls this when it generates the OpenAPI document."""
        return dict(self._schema)


def doc(said: str, **more: Any) -> Meta:
    """Return metadata that describes a member in the API's OpenAPI document. For Annotated."""
    return Meta(description=said, **more)


Moment = datetime
"""A moment. Written in UTC, in RFC 3339 format with `Z`."""

Number = Annotated[Decimal, JsonSchema({"type": "number"})]
"""An exact decimal, written as a JSON number. For lines, units and percentages, which have at most 4 decimals."""


class ResponseBody(Struct, gc=False):
    """Base class of response bodies.

    The type checker ensures that members have their declared types. Nothing is validated or converted at run time.
    Exempt from garbage collection, because a response is a tree. `doc` of a member and `EXAMPLES` of a class are for
    the API's OpenAPI document.
    """

    @classmethod
    def of(cls, source: object, **more: Any) -> Self:
        """Return an instance with the members of `source` of the same names; `more` overrides them.

        source: a row as a dict, or an object with attributes. Additional members are ignored.
        """
        names = cls.__struct_fields__
        if isinstance(source, dict):
            return cls(**{name: more[name] if name in more else source[name] for name in names})
        return cls(**{name: more[name] if name in more else getattr(source, name) for name in names})
