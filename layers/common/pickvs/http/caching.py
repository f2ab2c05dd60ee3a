"""Public answers that a browser or a shared cache may keep for a while, and then ask only whether they have changed.

Validators and conditional requests are those of RFC 9110 (8.8.3, 13.1.2, 15.4.5), freshness that of RFC 9111 (5.2.2).
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

NOT_KEPT = "no-store"
"""Cache-Control of every answer that is somebody's own, or an error."""

_ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_DESCRIBES_THE_BODY = ("Content-Type", "Content-Disposition")
_TAG_BYTES = 16


def let_keep(answer: dict[str, Any], event: Mapping[str, Any], max_age: int) -> None:
    """Mark the good answer to a GET as fresh for `max_age` seconds; it becomes 304 for who has it already.

    The answer must be the same for everybody who sends this address, whatever else they send.
    """
    headers: dict[str, list[str]] = answer["multiValueHeaders"]
    tag = _entity_tag(answer)
    headers["Cache-Control"] = [f"public, max-age={max_age}"]
    headers["ETag"] = [tag]
    if _is_known(tag, event):
        answer["statusCode"] = int(HTTPStatus.NOT_MODIFIED)
        answer["body"] = ""
        for name in _DESCRIBES_THE_BODY:
            headers.pop(name, None)


def _entity_tag(answer: Mapping[str, Any]) -> str:
    """Return a strong tag: of the body's bytes, and of what a CSV page says in its headers instead."""
    headers = answer["multiValueHeaders"]
    parts = [*headers.get("Content-Type", ()), *headers.get("X-Next-Cursor", ()), answer["body"]]
    digest = hashlib.sha256("\n".join(parts).encode()).digest()[:_TAG_BYTES]
    return f'"{base64.urlsafe_b64encode(digest).decode().rstrip("=")}"'


def _is_known(tag: str, event: Mapping[str, Any]) -> bool:
    """Tell whether If-None-Match names the tag, in the weak comparison that RFC 9110 asks for."""
    fields = event.get("multiValueHeaders") or {}
    known = ",".join(value for name, values in fields.items() if name.lower() == "if-none-match" for value in values)
    return known.strip() == "*" or tag in _ENTITY_TAG.findall(known)
