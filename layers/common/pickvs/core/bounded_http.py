"""A single HTTP request over the standard library, with hard limits on time and size whatever the server does."""

import io
import socket
import ssl
import time
from collections.abc import Mapping
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PORTS = {"http": 80, "https": 443}


class AnswerTooLong(HTTPException):
    """The response body exceeds the size limit."""


def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    connect_seconds: float,
    answer_seconds: float,
    by: float,
    most_bytes: int,
) -> tuple[int, bytes]:
    """Send a POST to `/` at `url` (`https://host` or `http://host:port`), and return the response's status and body.

    Does not follow redirects.

    headers: must include `Host`. connect_seconds: time limit for connecting, including TLS; DNS resolution has its own
    limits. answer_seconds: time limit from then until the last byte of the response. by: deadline (monotonic) for both
    phases. most_bytes: size limit of the body. Raises OSError (including TimeoutError and ssl.SSLError) and
    HTTPException (AnswerTooLong if the body exceeds the limit).
    """
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "")
    # HTTPConnection would restart its time limit for each address of the host and for each TLS step.
    connection.sock = _connected(address, min(time.monotonic() + connect_seconds, by))
    try:
        answer_by = min(time.monotonic() + answer_seconds, by)
        connection.sock.settimeout(_left(answer_by))
        incoming = _Incoming(connection.sock, answer_by)
        connection.request("POST", "/", body, dict(headers))
        return _answer(incoming, most_bytes)
    finally:
        connection.close()


def _connected(address: SplitResult, by: float) -> socket.socket:
    """Return a connected socket, with TLS if the scheme is https. The host's addresses share the time limit."""
    host = address.hostname or ""
    addresses = socket.getaddrinfo(host, address.port or _PORTS[address.scheme], type=socket.SOCK_STREAM)
    failed: OSError | None = None
    for number, (family, kind, protocol, _, target) in enumerate(addresses):
        plain = socket.socket(family, kind, protocol)
        try:
            plain.settimeout(_left(by) / (len(addresses) - number))
            plain.connect(target)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if address.scheme == "http":
                return plain
            plain.settimeout(_left(by))
            return _tls().wrap_socket(plain, server_hostname=host)
        except OSError as error:
            plain.close()
            failed = error
    raise failed or OSError("the host has no address")


@cache
def _tls() -> ssl.SSLContext:
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


def _answer(incoming: "_Incoming", most_bytes: int) -> tuple[int, bytes]:
    response = HTTPResponse(incoming, method="POST")  # type: ignore[arg-type]  # it only calls makefile()
    try:
        response.begin()
        body = response.read(most_bytes + 1)
        if len(body) > most_bytes:
            raise AnswerTooLong
        if response.length:
            raise IncompleteRead(b"", response.length)
        return response.status, body
    finally:
        response.close()


class _Incoming(io.RawIOBase):
    """Bytes received from a socket until the deadline `by` (monotonic).

    A socket's own timeout restarts with each read. A server that sends one byte per second would never trigger it.
    """

    def __init__(self, connected: socket.socket, by: float) -> None:
        self._socket = connected
        self._by = by

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return the binary, readable file that HTTPResponse requests from a socket."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read available bytes into `buffer`, and return their number. Raises TimeoutError after the deadline."""
        self._socket.settimeout(_left(self._by))
        return self._socket.recv_into(buffer)


def _left(by: float) -> float:
    left = by - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
