"""Sentences for invalid values: what a value must be. The one place that words the errors of pydantic.

Parameters, which are read without pydantic, and operator commands use the same sentences. Nothing here repeats a value,
which may be secret. Light on imports: most endpoints do not load pydantic.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pickvs.core.errors import FieldError

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

MOMENT = "must be a date and time with a time zone in RFC 3339 format, such as 2026-03-14T23:10:00Z"
"""What a moment must be."""

DAY = "must be a date such as 2025-10-21"
"""What a day must be."""

_OBJECT = "must be an object"
_LIST = "must be a list"
_NUMBER = "must be a number"
_WHOLE_NUMBER = "must be a whole number"
_BOOLEAN = "must be true or false"

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "is missing",
        "extra_forbidden": "is unknown; leave it out",
        "invalid_key": "must have a text for a name",
        # objects and lists
        "dict_type": _OBJECT,
        "model_type": _OBJECT,
        "model_attributes_type": _OBJECT,
        "union_tag_not_found": "is missing",
        "union_tag_invalid": "must be one of: {expected_tags}",
        "list_type": _LIST,
        "tuple_type": _LIST,
        "too_short": "must have at least {min_length} items",
        "too_long": "must have at most {max_length} items",
        # texts
        "string_type": "must be a text",
        "string_unicode": "must be valid Unicode",
        "string_too_short": "must have at least {min_length} characters",
        "string_too_long": "must have at most {max_length} characters",
        "string_pattern_mismatch": "must match {pattern}",
        "literal_error": "must be one of: {expected}",
        # numbers
        "bool_type": _BOOLEAN,
        "bool_parsing": _BOOLEAN,
        "int_type": _WHOLE_NUMBER,
        "int_parsing": _WHOLE_NUMBER,
        "int_from_float": _WHOLE_NUMBER,
        "int_parsing_size": "must be a smaller number",
        "float_type": _NUMBER,
        "float_parsing": _NUMBER,
        "decimal_type": _NUMBER,
        "decimal_parsing": _NUMBER,
        "decimal_max_places": "must have at most {decimal_places} decimal places",
        "finite_number": _NUMBER,
        "greater_than": "must be greater than {gt}",
        "greater_than_equal": "must be {ge} or more",
        "less_than": "must be less than {lt}",
        "less_than_equal": "must be {le} or less",
        # days and moments
        "date_type": DAY,
        "date_parsing": DAY,
        "date_from_datetime_parsing": DAY,
        "date_from_datetime_inexact": DAY,
        "datetime_type": MOMENT,
        "datetime_parsing": MOMENT,
        "datetime_from_date_parsing": MOMENT,
        "datetime_object_invalid": MOMENT,
        "timezone_aware": MOMENT,
    }
)
"""Sentence by type of error (pydantic's name for it), with the names of its limits in braces."""

OTHERWISE = "is not valid"
"""Sentence for all other types of errors. A test shows that no request can cause one."""

_EMPTY = "must not be empty"
_QUOTED = re.compile(r"'([^']*)'")


def sentence(kind: str, limits: Mapping[str, Any] = MappingProxyType({})) -> str:
    """Return the sentence for an error of type `kind`. limits: the error's context, by name."""
    if kind in {"string_too_short", "too_short"} and limits["min_length"] == 1:
        return _EMPTY
    return SENTENCES.get(kind, OTHERWISE).format_map({name: _listed(value) for name, value in limits.items()})


def one_of(values: Sequence[str]) -> str:
    """Return the sentence for a value that is none of `values`."""
    return SENTENCES["literal_error"].format(expected=", ".join(values))


def whole_number(low: int | None, high: int | None) -> str:
    """Return the sentence for a whole number between `low` and `high`. None: unbounded."""
    return _WHOLE_NUMBER + ("", f" from {low}")[low is not None] + ("", f" to {high}")[high is not None]


def field_errors(error: "ValidationError", *, whole: str = "body", beneath: int = 0) -> list[FieldError]:
    """Return pydantic's errors in our words, in pydantic's order.

    whole: name of the validated value itself. beneath: number of leading parts of each location to leave out, such as
    the tag of a union.
    """
    found = error.errors(include_url=False, include_input=False)
    return [FieldError(_path((*each["loc"][beneath:], *_tag(each))) or whole, _said(each)) for each in found]


def _said(error: "ErrorDetails") -> str:
    limits = error.get("ctx", {})
    if error["type"] == "value_error":  # a validator of ours, which has its own words
        return str(limits["error"])
    return sentence(error["type"], limits)


def _tag(error: "ErrorDetails") -> tuple[str, ...]:
    """Return the name of a union's tag that is missing or unknown. The error's location is the object around it."""
    return (str(error["ctx"]["discriminator"]).strip("'"),) if error["type"].startswith("union_tag_") else ()


def _path(location: Sequence[str | int]) -> str:
    """Return `picks[2].quote_id` for ("picks", 2, "quote_id")."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _listed(value: Any) -> Any:
    """Return `a, b` for pydantic's "'a', 'b' or 'c'", and any other limit unchanged."""
    quoted = _QUOTED.findall(value) if isinstance(value, str) and value.startswith("'") else []
    return ", ".join(quoted) if quoted else value
