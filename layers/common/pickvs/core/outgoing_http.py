"""Requests to addresses that users name, which must not lead into our own network (SSRF)."""

import queue
import re
import socket
import threading
import time
from collections.abc import Mapping
from http.client import HTTPException
from urllib.parse import SplitResult, urlsplit

from pickvs.core import bounded_http
from pickvs.core.bounded_http import Address
from pickvs.core.public_addresses import is_public

URL_MAX = 2000
"""Maximum length of a URL in characters."""

_HTTPS = 443
_VISIBLE = re.compile(r"[!-~]+")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}")
"""A name or an IP address. No zone, which names an interface of ours."""


class TargetRefused(Exception):
    """The URL or an address of its host is not allowed. The message says why, and is safe to show to its owner."""


class NotSent(Exception):
    """The request had no response. The message says why in our own words."""


def check_url(url: str, *, public_only: bool) -> SplitResult:
    """Return the parts of a URL that a user may name as a target. Raises TargetRefused for any other.

    Does not look up the name: that is done for each request. public_only: accept https to port 443 only, and no IP
    address that is not public.
    """
    parts = _parts(url)
    if parts.scheme not in (("https",) if public_only else ("http", "https")):
        raise TargetRefused("must begin with https://")
    if not _HOST.fullmatch(parts.hostname or ""):
        raise TargetRefused("must name a host")
    if parts.username is not None or parts.password is not None:
        raise TargetRefused("must have no user name or password")
    if parts.fragment:
        raise TargetRefused("must have no fragment (#…)")
    if public_only:
        if parts.port not in (None, _HTTPS):
            raise TargetRefused(f"must use port {_HTTPS}")
        _refuse_private(_numeric_addresses(parts))
    return parts


def post(url: str, headers: Mapping[str, str], body: bytes, *, seconds: float, public_only: bool) -> int:
    """Send a POST to a URL that a user has named, and return the response's status. Follows no redirect.

    The name is looked up once, all its addresses are checked, and the connection is made to one of them, so that a
    second look-up cannot lead elsewhere. Nothing of the response is kept but its status.

    seconds: limit for everything. public_only: as for `check_url`. Raises TargetRefused and NotSent.
    """
    by = time.monotonic() + seconds
    parts = check_url(url, public_only=public_only)
    addresses = _looked_up(parts, by)
    if public_only:
        _refuse_private(addresses)
    try:
        return bounded_http.post_for_status(url, addresses, {"Host": parts.netloc, **headers}, body, by=by)
    except TimeoutError:
        raise NotSent("no answer in time") from None
    except OSError as error:
        raise NotSent(_words(error)) from None
    except HTTPException:
        raise NotSent("the answer is not HTTP") from None


def _parts(url: str) -> SplitResult:
    if len(url) > URL_MAX:
        raise TargetRefused(f"must have at most {URL_MAX} characters")
    if not _VISIBLE.fullmatch(url) or "\\" in url:
        raise TargetRefused("must be ASCII without spaces; write other letters percent-encoded, and a host as xn--…")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise TargetRefused("is not a URL") from None
    return parts


def _numeric_addresses(parts: SplitResult) -> list[Address]:
    """Return the address of a host that is written as a number in any form (`127.1`, `0x7f000001`). Asks nobody."""
    try:
        found = socket.getaddrinfo(parts.hostname, _HTTPS, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []
    return [(family, str(target[0]), _HTTPS) for family, _, _, _, target in found]


def _looked_up(parts: SplitResult, by: float) -> list[Address]:
    """Look up the host in a thread of its own: the resolver has its own patience. Raises NotSent."""
    answer: queue.Queue[list[Address] | None] = queue.Queue(1)

    def look_up() -> None:
        try:
            answer.put(bounded_http.addresses_of(parts))
        except (OSError, UnicodeError):
            answer.put(None)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        found = answer.get(timeout=max(0.0, by - time.monotonic()))
    except queue.Empty:
        raise NotSent("the host's name was not resolved in time") from None
    if not found:
        raise NotSent("the host's name has no address")
    return found


def _refuse_private(addresses: list[Address]) -> None:
    if not all(is_public(ip) for _, ip, _ in addresses):
        raise TargetRefused("must lead to public addresses only")


def _words(error: OSError) -> str:
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        return "the certificate is not valid"
    return "TLS failed" if isinstance(error, ssl.SSLError) else "no connection"
