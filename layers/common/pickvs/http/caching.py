"""HTTP caching of responses, with ETags and conditional requests.

Validators and conditional requests follow RFC 9110 (8.8.3, 13.1.2, 15.4.5), freshness RFC 9111 (5.2.2).
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

NOT_KEPT = "no-store"
"""Cache-Control value of private responses and errors."""

_ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_DESCRIBES_THE_BODY = ("Content-Type", "Content-Disposition")
_TAG_BYTES = 16


def let_keep(answer: dict[str, Any], event: Mapping[str, Any], max_age: int) -> None:
    """Make a successful GET response cacheable for `max_age` seconds. Turns it into a 304 if the client has it already.

    The response must depend on the URL only, not on the caller or on other headers.
    """
    headers: dict[str, list[str]] = answer["multiValueHeaders"]
    tag = _entity_tag(answer)
    headers["Cache-Control"] = [f"public, max-age={max_age}"]
    headers["ETag"] = [tag]
    if is_known(tag, event):
        answer["statusCode"] = int(HTTPStatus.NOT_MODIFIED)
        answer["body"] = ""
    _leave_out_what_describes_the_body(answer)


def let_reader_keep(answer: dict[str, Any], max_age: int) -> None:
    """Make a response with an ETag cacheable for `max_age` seconds, for its reader alone."""
    headers: dict[str, list[str]] = answer["multiValueHeaders"]
    headers["Cache-Control"] = [f"private, max-age={max_age}"]
    headers["Vary"] = [", ".join(["Authorization", *headers.get("Vary", ())])]
    _leave_out_what_describes_the_body(answer)


def _leave_out_what_describes_the_body(answer: dict[str, Any]) -> None:
    """Remove the headers that a 304 does not repeat. Any other response keeps them."""
    if answer["statusCode"] == HTTPStatus.NOT_MODIFIED:
        for name in _DESCRIBES_THE_BODY:
            answer["multiValueHeaders"].pop(name, None)


def _entity_tag(answer: Mapping[str, Any]) -> str:
    """Return a strong ETag of the body and of the headers that carry content, such as the cursor of a CSV page."""
    headers = answer["multiValueHeaders"]
    parts = [*headers.get("Content-Type", ()), *headers.get("X-Next-Cursor", ()), answer["body"]]
    digest = hashlib.sha256("\n".join(parts).encode()).digest()[:_TAG_BYTES]
    return f'"{base64.urlsafe_b64encode(digest).decode().rstrip("=")}"'


def is_known(tag: str, event: Mapping[str, Any]) -> bool:
    """Return whether If-None-Match matches the tag, by weak comparison as RFC 9110 requires."""
    fields = event.get("multiValueHeaders") or {}
    known = ",".join(value for name, values in fields.items() if name.lower() == "if-none-match" for value in values)
    return known.strip() == "*" or tag in _ENTITY_TAG.findall(known)
