"""Converts a function's result to an HTTP response, as the Lambda proxy integration of a REST API does."""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any

from werkzeug.wrappers import Response

_FIELDS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OWN_HEADERS = frozenset({"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"})


class MalformedResponseError(Exception):
    """The function's result does not have the format of a proxy integration. The message says why."""


def http_response(payload: bytes, *, decode_base64: bool) -> Response:
    """Return the response that `payload` describes.

    `decode_base64` decides whether a binary body is decoded for the client. Raises MalformedResponseError if API
    Gateway would answer 502.
    """
    result = _parse(payload)
    body = result.get("body")
    if body is not None and not isinstance(body, str):
        raise MalformedResponseError("the body is not a string")
    content = (body or "").encode()
    if result.get("isBase64Encoded") and decode_base64:
        try:
            content = base64.b64decode(content, validate=True)
        except binascii.Error:
            raise MalformedResponseError("the body is not Base64") from None
    response = Response(content, status=_status(result.get("statusCode", 200)), content_type="application/json")
    replaced: set[str] = set()
    for name, value in _headers(result):
        if name.lower() not in replaced:
            response.headers.pop(name, None)
            replaced.add(name.lower())
        response.headers.add(name, value)
    return response


def _parse(payload: bytes) -> dict[str, Any]:
    try:
        result = json.loads(payload)
    except ValueError:
        raise MalformedResponseError("it is not JSON") from None
    if not isinstance(result, dict):
        raise MalformedResponseError("it is not an object")
    if not result.keys() <= _FIELDS:
        raise MalformedResponseError(f"it has unknown fields: {', '.join(sorted(result.keys() - _FIELDS))}")
    return result


def _status(value: Any) -> int:
    try:
        status = int(value)
    except (TypeError, ValueError):
        raise MalformedResponseError("the status is not a number") from None
    if not 200 <= status <= 599:  # noqa: PLR2004 - the final statuses of HTTP
        raise MalformedResponseError("the status is not an HTTP status")
    return status


def _headers(result: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the headers. `multiValueHeaders` takes precedence over `headers`."""
    single = result.get("headers") or {}
    multiple = result.get("multiValueHeaders") or {}
    if not isinstance(single, dict) or not isinstance(multiple, dict):
        raise MalformedResponseError("the headers are not an object")
    overridden = {name.lower() for name in multiple}
    for name, value in single.items():
        if name.lower() not in overridden:
            yield from _header(name, [value])
    for name, values in multiple.items():
        yield from _header(name, values if isinstance(values, list) else [values])


def _header(name: str, values: list[Any]) -> Iterator[tuple[str, str]]:
    if not _HEADER_NAME.fullmatch(name):
        raise MalformedResponseError("a header's name is invalid")
    if name.lower() in _OWN_HEADERS:
        return
    for value in values:
        if not isinstance(value, str | bool | int | float):
            raise MalformedResponseError(f"the header {name} is not a string")
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if not text.isprintable() or not text.encode("latin-1", "ignore").decode("latin-1") == text:
            raise MalformedResponseError(f"the header {name} has characters that are not allowed in headers")
        yield name, text
