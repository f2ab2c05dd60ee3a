"""JSON encoding of responses: exact decimals as numbers, moments in UTC with `Z`."""

from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def as_json(value: Any) -> str:
    """Return the JSON text of a ResponseBody, or of plain values that may contain some.

    Raises TypeError for a value that JSON cannot represent.
    """
    return _ENCODER.encode(value).decode()


def as_plain(value: Any) -> Any:
    """Return a value as its decoded JSON: dicts, lists, texts, numbers, booleans and None."""
    return msgspec.json.decode(_ENCODER.encode(value))


def from_plain[Body: msgspec.Struct](kind: type[Body], plain: Any) -> Body:
    """Convert the output of `as_plain` back to a `kind`. Raises ValueError if it does not match."""
    return msgspec.convert(plain, kind)
