"""A single HTTP request over the standard library, with hard limits on time and size whatever the server does.

Follows no redirect, and knows no proxy.
"""

import io
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PORTS = {"http": 80, "https": 443}

type Address = tuple[socket.AddressFamily, str, int]
"""Where to connect to: family, IP address and port."""


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

    headers: must include `Host`. connect_seconds: time limit for connecting, including TLS; DNS resolution has its own
    limits. answer_seconds: time limit from then until the last byte of the response. by: deadline (monotonic) for both
    phases. most_bytes: size limit of the body. Raises OSError (including TimeoutError and ssl.SSLError) and
    HTTPException (AnswerTooLong if the body exceeds the limit).
    """
    address = urlsplit(url)
    connect_by = min(time.monotonic() + connect_seconds, by)
    connection = _connection(address, addresses_of(address), connect_by)
    try:
        answer_by = min(time.monotonic() + answer_seconds, by)
        incoming = _sent(connection, "/", headers, body, answer_by)
        return _answer(incoming, most_bytes)
    finally:
        connection.close()


def post_for_status(
    url: str, addresses: Sequence[Address], headers: Mapping[str, str], body: bytes, *, by: float
) -> int:
    """Send a POST to `url` at the first of `addresses` that can be reached, and return the response's status.

    Does not look up the host's name. TLS still verifies the name. Reads nothing of the response's body.

    headers: must include `Host`. by: deadline (monotonic). Raises OSError (including TimeoutError and ssl.SSLError) and
    HTTPException.
    """
    address = urlsplit(url)
    connection = _connection(address, addresses, by)
    try:
        target = f"{address.path or '/'}{f'?{address.query}' if address.query else ''}"
        response = HTTPResponse(_sent(connection, target, headers, body, by), method="POST")  # type: ignore[arg-type]
        try:
            response.begin()
            return response.status
        finally:
            response.close()
    finally:
        connection.close()


def addresses_of(address: SplitResult) -> list[Address]:
    """Look up the addresses of a URL's host. Raises OSError if there are none."""
    port = address.port or _PORTS[address.scheme]
    found = socket.getaddrinfo(address.hostname or "", port, type=socket.SOCK_STREAM)
    return [(family, str(target[0]), port) for family, _, _, _, target in found]


def _connection(address: SplitResult, addresses: Sequence[Address], by: float) -> HTTPConnection:
    connection = HTTPConnection(address.netloc.rpartition("@")[2])
    # HTTPConnection would restart its time limit for each address of the host and for each TLS step.
    connection.sock = _connected(address, addresses, by)
    return connection


def _sent(connection: HTTPConnection, target: str, headers: Mapping[str, str], body: bytes, by: float) -> "_Incoming":
    """Send the request, and return what will be received until the deadline."""
    connection.sock.settimeout(_left(by))
    incoming = _Incoming(connection.sock, by)
    connection.request("POST", target, body, dict(headers))
    return incoming


def _connected(address: SplitResult, addresses: Sequence[Address], by: float) -> socket.socket:
    """Return a connected socket, with TLS if the scheme is https. The addresses share the time limit."""
    host = address.hostname or ""
    failed: OSError | None = None
    for number, (family, ip, port) in enumerate(addresses):
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.settimeout(_left(by) / (len(addresses) - number))
            plain.connect((ip, port))
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
