"""Reads request bodies strictly: what one reader could take for this and another for that is refused."""

import base64
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pickvs.core.errors import BadRequest, FieldError, Invalid
from pickvs.http.answers import JSON

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from pickvs.core.requests import RequestBody

_CHARSET = re.compile(r"""\bcharset\s*=\s*["']?([^\s"';]*)""", re.IGNORECASE)
_UTF_8 = {"utf-8", "utf8"}

_MOST_PRECISE = 2**53
"""Up to here a float holds every integer (IEEE 754)."""


class UnsupportedMediaType(BadRequest):
    """The body is declared to be something else than JSON."""


def text_of(event: Mapping[str, Any]) -> str:
    """Return the body of the proxy event as plain text; an empty one where there is none.

    Raises UnsupportedMediaType for what is declared to be something else than JSON, and BadRequest for bytes that are
    no UTF-8 text.
    """
    body: str = event.get("body") or ""
    if not body:
        return ""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items() if value is not None}
    kind, _, parameters = headers.get("content-type", JSON).partition(";")
    charset = _CHARSET.search(parameters)
    if kind.strip().lower() != JSON or (charset and charset[1].lower() not in _UTF_8):
        raise UnsupportedMediaType(
            "UNSUPPORTED_MEDIA_TYPE",
            f"Send the body as JSON in UTF-8, with Content-Type: {JSON}.",
            (FieldError("Content-Type", f"only {JSON} in UTF-8 is read here"),),
        )
    if not event.get("isBase64Encoded"):
        return body
    try:
        return base64.b64decode(body, validate=True).decode()
    except ValueError:
        raise _malformed("not UTF-8 text") from None


def read(kind: type["RequestBody"], text: str, wrong: list[FieldError]) -> Any:
    """Return the `kind` that the text of a body is; what is wrong with its values is added to `wrong`.

    Raises what `parse` raises. Values are not repeated: they may be secrets.
    """
    if not text:
        wrong.append(FieldError("body", "is missing"))
        return None
    from pydantic import ValidationError  # here, for `kind` has imported it

    found = parse(text)
    try:
        return kind.model_validate(found)
    except ValidationError as error:
        found_wrong = error.errors(include_url=False, include_context=False, include_input=False)
        wrong += [FieldError(_path(each["loc"]), _message(each)) for each in found_wrong]
        return None


def _message(error: "ErrorDetails") -> str:
    """Return what pydantic says, in words that know nothing of Python."""
    return "must be an object" if error["type"] == "model_type" else error["msg"].removeprefix("Value error, ")


def _path(location: Sequence[str | int]) -> str:
    """Return `picks[2].quote_id` for ("picks", 2, "quote_id")."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path or "body"


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
