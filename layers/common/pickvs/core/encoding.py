"""Answers as JSON: exact decimals as numbers, moments in UTC with `Z`."""

from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def as_json(value: Any) -> str:
    """Return the JSON text of a ResponseBody, or of plain values that may hold some.

    Raises TypeError for what has no form in JSON.
    """
    return _ENCODER.encode(value).decode()


def as_plain(value: Any) -> Any:
    """Return what a reader of the JSON text would have: objects, lists, texts, numbers, true, false and null."""
    return msgspec.json.decode(_ENCODER.encode(value))


def from_plain[Body: msgspec.Struct](kind: type[Body], plain: Any) -> Body:
    """Return the `kind` that `as_plain` has made `plain` of; raises ValueError for anything else."""
    return msgspec.convert(plain, kind)
