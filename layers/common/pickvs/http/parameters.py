"""Path, query and header parameters.

An endpoint declares a parameter as `Annotated[type, Query(…)]`. The type is int, str, a Literal of texts, or datetime.
A datetime may also be sent as a date.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from types import UnionType
from typing import Annotated, Any, Literal, TypeAliasType, Union, get_args, get_origin

import msgspec

from pickvs.core import wording
from pickvs.core.dates import DATE, end_of_day, start_of_day

type Read = Callable[[str], Any]
"""Parser of a parameter's text. Raises ValueError with a description of the expected format."""

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,19}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
"""Format of a moment: RFC 3339 (5.6), with the seconds optional, as some programs omit them."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """Declaration of a parameter.

    alias: the parameter's name in the request, if it differs from the argument's. gt, ge, le, lt: bounds of a number.
    min_length, max_length, pattern: constraints of a text; the pattern must match the whole text. words: what the
    pattern demands, for errors. ends_day: a date in place of a moment stands for the end of that day in UTC, instead of
    its start.
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
    words: str | None = None
    ends_day: bool = False


class Path(Parameter, frozen=True, kw_only=True):
    """A parameter in the path."""


class Query(Parameter, frozen=True, kw_only=True):
    """A parameter in the query."""


class Header(Parameter, frozen=True, kw_only=True):
    """A header."""


class File(msgspec.Struct, frozen=True, kw_only=True):
    """Declaration of a body that is a file. The argument is annotated as `Annotated[bytes, File(…)]`.

    media_type: what the Content-Type is, whatever its parameters; application/octet-stream is taken as well.
    most_bytes: size of the largest file.
    """

    media_type: str
    most_bytes: int


Identifier = Annotated[int, Path(gt=0, lt=2**63)]
"""Id of a row, limited to the range of the database's bigint."""


def plain(annotation: Any) -> Any:
    """Return the bare type: without type aliases, Annotated and `| None`."""
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
    """Return the parser for a parameter of this type. Raises TypeError for an unsupported type."""
    kind = plain(annotation)
    if get_origin(kind) is Literal:
        return _one_of(get_args(kind))
    if kind is int:
        return _number(parameter)
    if kind is str:
        return _text(parameter)
    if kind is datetime:
        return _moment(parameter)
    raise TypeError(f"no parameter can be a {kind}")


def _one_of(values: tuple[str, ...]) -> Read:
    def read(text: str) -> str:
        if text not in values:
            raise ValueError(wording.one_of(values))
        return text

    return read


def _number(parameter: Parameter) -> Read:
    low = parameter.ge if parameter.gt is None else parameter.gt + 1
    high = parameter.le if parameter.lt is None else parameter.lt - 1

    def read(text: str) -> int:
        number = int(text) if _WHOLE_NUMBER.fullmatch(text) else None
        if number is None or (low is not None and number < low) or (high is not None and number > high):
            raise ValueError(wording.whole_number(low, high))
        return number

    return read


def _text(parameter: Parameter) -> Read:
    def read(text: str) -> str:
        if parameter.min_length is not None and len(text) < parameter.min_length:
            raise ValueError(wording.sentence("string_too_short", {"min_length": parameter.min_length}))
        if parameter.max_length is not None and len(text) > parameter.max_length:
            raise ValueError(wording.sentence("string_too_long", {"max_length": parameter.max_length}))
        if parameter.pattern is not None and not _matches(parameter.pattern, text):
            limits = {"pattern": parameter.pattern}
            raise ValueError(parameter.words or wording.sentence("string_pattern_mismatch", limits))
        return text

    return read


def _matches(pattern: str, text: str) -> bool:
    # `$` would accept a trailing line break.
    return re.fullmatch(pattern.removeprefix("^").removesuffix("$"), text) is not None


def _moment(parameter: Parameter) -> Read:
    def read(text: str) -> datetime:
        try:
            if _MOMENT.fullmatch(text):
                return datetime.fromisoformat(text.upper()).astimezone(UTC)
            if DATE.fullmatch(text):
                return end_of_day(text) if parameter.ends_day else start_of_day(text)
        except (ValueError, OverflowError):  # for example February 31, or a moment before the year 1 in UTC
            pass
        raise ValueError(f"{wording.MOMENT}, or a date, such as 2026-03-14")

    return read
