"""Reads request bodies strictly: what one reader could take for this and another for that is refused."""

import base64
import json
import math
import re
from typing import Any

from pickvs.core.errors import BadRequest, FieldError, Invalid

MEDIA_TYPE = "application/json"

_CHARSET = re.compile(r"""\bcharset\s*=\s*["']?([^\s"';]*)""", re.IGNORECASE)
_UTF_8 = {"utf-8", "utf8"}

_MOST_PRECISE = 2**53
"""Up to here a float holds every integer (IEEE 754)."""


class UnsupportedMediaType(BadRequest):
    """The body is declared to be something else than JSON."""


def prepare(event: dict[str, Any]) -> dict[str, Any]:
    """Return the proxy event with its body as plain text, declared as JSON in the one form that powertools knows.

    Raises UnsupportedMediaType for another declared type, and BadRequest for bytes that are no UTF-8 text.
    """
    body = event.get("body")
    if not body:
        return event
    headers = {name: value for name, value in (event.get("headers") or {}).items() if value is not None}
    declared = next((value for name, value in headers.items() if name.lower() == "content-type"), MEDIA_TYPE)
    kind, _, parameters = declared.partition(";")
    charset = _CHARSET.search(parameters)
    if kind.strip().lower() != MEDIA_TYPE or (charset and charset[1].lower() not in _UTF_8):
        raise UnsupportedMediaType(
            "UNSUPPORTED_MEDIA_TYPE",
            f"Send the body as JSON in UTF-8, with Content-Type: {MEDIA_TYPE}.",
            (FieldError("Content-Type", f"only {MEDIA_TYPE} in UTF-8 is read here"),),
        )
    if event.get("isBase64Encoded"):
        try:
            body = base64.b64decode(body, validate=True).decode()
        except ValueError:
            raise _malformed("not UTF-8 text") from None
    others = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    return {**event, "headers": {**others, "Content-Type": MEDIA_TYPE}, "body": body, "isBase64Encoded": False}


def parse(text: str) -> dict[str, Any]:
    """Return the JSON object that `text` is.

    Raises BadRequest for what is not JSON (NaN and infinities among it), numbers out of range, names that stand twice
    in one object, and nesting that no request needs; Invalid for JSON that is no object, and for half a surrogate pair
    in a text: it can be escaped in JSON, and neither hashed nor stored.
    """
    try:
        found = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_integer
        )
        json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise _malformed(f"{error.msg}, at character {error.pos + 1}") from None
    except UnicodeEncodeError:
        broken = FieldError("body", "a text has half a surrogate pair in it")
        raise Invalid("INVALID_VALUE", "Every text must be Unicode.", (broken,)) from None
    except RecursionError:
        raise _malformed("nested too deeply") from None
    if not isinstance(found, dict):
        raise Invalid("INVALID_VALUE", "The body must be a JSON object.", (FieldError("body", "not a JSON object"),))
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _malformed("a name stands twice in one object")
    return found


def _constant(name: str) -> float:
    raise _malformed(f"{name} is not JSON")


def _float(digits: str) -> float | int:
    """Return the number; 1.0 and 1e2 are integers, as JSON schema has it, while no precision is lost."""
    number = float(digits)
    if not math.isfinite(number):
        raise _malformed("a number is out of range")
    return int(number) if number.is_integer() and abs(number) <= _MOST_PRECISE else number


def _integer(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:  # more digits than Python converts
        raise _malformed("a number is out of range") from None


def _malformed(what: str) -> BadRequest:
    return BadRequest("MALFORMED_JSON", "The body is not valid JSON.", (FieldError("body", what),))
