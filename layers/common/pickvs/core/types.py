"""The values that leave through the HTTP boundary, each with one way to be written."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Self

from msgspec import Meta, Struct


class JsonSchema:
    """What the API's document says of a value, where its Python type says something else. For Annotated."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema

    def __get_pydantic_json_schema__(
        self, core_schema: Any, handler: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        """Answer pydantic, which makes the document, when it asks what the schema is."""
        return dict(self._schema)


def doc(said: str, **more: Any) -> Meta:
    """Return what says something of a member in the API's document. For Annotated."""
    return Meta(description=said, **more)


Moment = datetime
"""A moment, in UTC wherever it leaves: written as RFC 3339 with `Z`."""

Number = Annotated[Decimal, JsonSchema({"type": "number"})]
"""An exact decimal inside, a JSON number outside: lines, units and percentages, which have at most 4 decimals."""


class ResponseBody(Struct, gc=False):
    """Base of what goes out.

    That its members are of the types they promise, the type checker sees to; nothing is converted or checked when an
    answer is made. The garbage collector looks at none: an answer is a tree. `doc` of a member, and `EXAMPLES` of a
    class, are for the API's document.
    """

    @classmethod
    def of(cls, source: object, **more: Any) -> Self:
        """Return one whose members are those of `source` by the same names, but for those in `more`.

        source: a row as a dict, or anything with attributes. What else it has is left.
        """
        names = cls.__struct_fields__
        if isinstance(source, dict):
            return cls(**{name: more[name] if name in more else source[name] for name in names})
        return cls(**{name: more[name] if name in more else getattr(source, name) for name in names})
