"""The parameters of a request that stand outside its body: in the path, in the query and in headers.

An endpoint declares one as `Annotated[type, Query(…)]`. The types are those that a URL can carry: int, str, a Literal
of texts, a moment.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from types import UnionType
from typing import Annotated, Any, Literal, TypeAliasType, Union, get_args, get_origin

import msgspec

type Read = Callable[[str], Any]
"""Returns the value that a text stands for, or raises ValueError with what the text should have been."""

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,19}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
"""RFC 3339 (5.6), also without seconds, as many a program writes a full minute."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """Where a parameter stands and what it may be. alias: its name there, if it is not the function's.

    gt, ge, le, lt bound a number; min_length, max_length and pattern a text, all of which the pattern must match.
    """

    alias: str | None = None
    description: str | None = None
    gt: int | None = None
    ge: int | None = None
    le: int | None = None
    lt: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


class Path(Parameter, frozen=True, kw_only=True):
    """A parameter in the path."""


class Query(Parameter, frozen=True, kw_only=True):
    """A parameter in the query."""


class Header(Parameter, frozen=True, kw_only=True):
    """A header."""


Identifier = Annotated[int, Path(gt=0, lt=2**63)]
"""The id of a row. Bounded, so that no number from outside can overflow the database's bigint."""


def plain(annotation: Any) -> Any:
    """Return the type behind an alias, what Annotated says of it, and the None that makes it optional."""
    while True:
        if isinstance(annotation, TypeAliasType):
            annotation = annotation.__value__
        elif get_origin(annotation) is Annotated:
            annotation = annotation.__origin__
        elif get_origin(annotation) in (Union, UnionType):
            [annotation] = [each for each in get_args(annotation) if each is not type(None)]
        else:
            return annotation


def reader(annotation: Any, parameter: Parameter) -> Read:
    """Return what reads a parameter of this type. Raises TypeError for a type that no URL can carry."""
    kind = plain(annotation)
    if get_origin(kind) is Literal:
        return _one_of(get_args(kind))
    if kind is int:
        return _number(parameter)
    if kind is str:
        return _text(parameter)
    if kind is datetime:
        return _moment
    raise TypeError(f"no parameter can be a {kind}")


def _one_of(values: tuple[str, ...]) -> Read:
    def read(text: str) -> str:
        if text not in values:
            raise ValueError("one of: " + ", ".join(values))
        return text

    return read


def _number(parameter: Parameter) -> Read:
    low = parameter.ge if parameter.gt is None else parameter.gt + 1
    high = parameter.le if parameter.lt is None else parameter.lt - 1

    def read(text: str) -> int:
        number = int(text) if _WHOLE_NUMBER.fullmatch(text) else None
        if number is None or (low is not None and number < low) or (high is not None and number > high):
            bounds = ("", f" from {low}")[low is not None] + ("", f" to {high}")[high is not None]
            raise ValueError(f"a whole number{bounds}")
        return number

    return read


def _text(parameter: Parameter) -> Read:
    def read(text: str) -> str:
        if parameter.min_length is not None and len(text) < parameter.min_length:
            raise ValueError(f"has fewer than {parameter.min_length} characters" if text else "is empty")
        if parameter.max_length is not None and len(text) > parameter.max_length:
            raise ValueError(f"has more than {parameter.max_length} characters")
        if parameter.pattern is not None and not _matches(parameter.pattern, text):
            raise ValueError(f"does not match {parameter.pattern}")
        return text

    return read


def _matches(pattern: str, text: str) -> bool:
    # `$` would let a line break at the end through.
    return re.fullmatch(pattern.removeprefix("^").removesuffix("$"), text) is not None


def _moment(text: str) -> datetime:
    try:
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):  # the 31st of February, or before the year 1
        pass
    raise ValueError("a date and time with a time zone, as RFC 3339 writes them: 2026-03-14T23:10:00Z")
