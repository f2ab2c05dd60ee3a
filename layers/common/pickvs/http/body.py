"""Strict parsing of request bodies. Rejects input that parsers could interpret differently."""

import base64
import json
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pickvs.core import wording
from pickvs.core.errors import BadRequest, FieldError, Invalid
from pickvs.http.answers import JSON

if TYPE_CHECKING:
    from pickvs.core.requests import RequestBody

_CHARSET = re.compile(r"""\bcharset\s*=\s*["']?([^\s"';]*)""", re.IGNORECASE)
_UTF_8 = {"utf-8", "utf8"}

MOST_BYTES = 256 * 1024
"""Size of the largest JSON body. The largest honest ones state rules or projections for 600 players, some 90 KB."""

_MOST_PRECISE = 2**53
"""Upper bound of the range in which a float represents every integer (IEEE 754)."""


class UnsupportedMediaType(BadRequest):
    """The Content-Type of the body is not the one that the endpoint reads."""


class PayloadTooLarge(BadRequest):
    """The body has more bytes than the endpoint reads."""


def text_of(event: Mapping[str, Any]) -> str:
    """Return the body of the proxy event as text. Empty if there is none.

    Raises PayloadTooLarge before anything is read, UnsupportedMediaType if the Content-Type is not JSON in UTF-8, and
    BadRequest if the body is not valid UTF-8.
    """
    body: str = event.get("body") or ""
    if not body:
        return ""
    _refuse_large(body, MOST_BYTES, is_base64=bool(event.get("isBase64Encoded")))
    kind, _, parameters = _content_type(event, JSON).partition(";")
    charset = _CHARSET.search(parameters)
    if kind.strip().lower() != JSON or (charset and charset[1].lower() not in _UTF_8):
        raise UnsupportedMediaType(
            "UNSUPPORTED_MEDIA_TYPE",
            f"Send the body as JSON in UTF-8, with Content-Type: {JSON}.",
            (FieldError("Content-Type", f"must be {JSON} in UTF-8"),),
        )
    if not event.get("isBase64Encoded"):
        return body
    try:
        return base64.b64decode(body, validate=True).decode()
    except ValueError:
        raise _malformed("not UTF-8 text") from None


BYTES = "application/octet-stream"
"""The type under which clients send a file if they do not know a better one."""


def file_of(event: Mapping[str, Any], media_type: str, most_bytes: int) -> bytes:
    """Return the body of the proxy event as the bytes that were sent. Empty if there is none.

    The gateway passes the bytes of its binary media types unchanged. Raises PayloadTooLarge before anything is read,
    UnsupportedMediaType for a Content-Type that is neither the file's own nor BYTES, and BadRequest if the body is not
    what the gateway says it is.
    """
    body: str = event.get("body") or ""
    if not body:
        return b""
    is_base64 = bool(event.get("isBase64Encoded"))
    _refuse_large(body, most_bytes, is_base64=is_base64)
    if _content_type(event, "").partition(";")[0].strip().lower() not in {media_type, BYTES}:
        raise UnsupportedMediaType(
            "UNSUPPORTED_MEDIA_TYPE",
            f"Send the file itself as the body, with Content-Type: {media_type}.",
            (FieldError("Content-Type", f"must be {media_type} or {BYTES}"),),
        )
    try:
        return base64.b64decode(body, validate=True) if is_base64 else body.encode()
    except ValueError:
        raise BadRequest("BAD_REQUEST", "The body could not be read. Send it again.") from None


def _content_type(event: Mapping[str, Any], default: str) -> str:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items() if value is not None}
    found: str = headers.get("content-type", default)
    return found


def _refuse_large(body: str, most_bytes: int, *, is_base64: bool) -> None:
    # A character takes at least one byte, so a long text need not be encoded to be refused.
    if is_base64:
        size = len(body) * 3 // 4 - body[-2:].count("=")
    else:
        size = len(body) if len(body) > most_bytes else len(body.encode(errors="replace"))
    if size > most_bytes:
        raise PayloadTooLarge("PAYLOAD_TOO_LARGE", f"The body is too large: send at most {most_bytes // 1024} KB.")


def read(kind: type["RequestBody"], text: str, wrong: list[FieldError]) -> Any:
    """Parse a body as a `kind`. Adds its invalid values to `wrong` and then returns None.

    Raises what `parse` raises. Error messages do not repeat values, because they may be secret.
    """
    if not text:
        wrong.append(FieldError("body", "is missing"))
        return None
    from pydantic import ValidationError  # costs nothing here: `kind` has imported pydantic

    found = parse(text)
    try:
        return kind.model_validate(found)
    except ValidationError as error:
        wrong += wording.field_errors(error)
        return None


def parse(text: str) -> dict[str, Any]:
    """Parse a JSON object.

    Raises BadRequest if `text` is not JSON (including NaN and infinities), a number is out of range, an object has
    duplicate names, or the nesting is too deep. Raises Invalid if the JSON is not an object, or if a string contains an
    unpaired surrogate, which JSON can escape but which cannot be hashed or stored.
    """
    try:
        found = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_integer
        )
        json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise _malformed(f"not valid from character {error.pos + 1} on") from None
    except UnicodeEncodeError:
        broken = FieldError("body", "a string contains an unpaired surrogate")
        raise Invalid("INVALID_VALUE", "All strings must be valid Unicode.", (broken,)) from None
    except RecursionError:
        raise _malformed("nested too deeply") from None
    if not isinstance(found, dict):
        raise Invalid(
            "INVALID_VALUE", "The body must be a JSON object.", (FieldError("body", "must be a JSON object"),)
        )
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _malformed("an object has a duplicate name")
    return found


def _constant(name: str) -> float:
    raise _malformed(f"{name} is not JSON")


def _float(digits: str) -> float | int:
    """Return the number. 1.0 and 1e2 become integers, as in JSON Schema, unless that would lose precision."""
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
