"""One HTTP request over the standard library, bounded in time and size however the other side behaves."""

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
    """The answer has more bytes than were allowed."""


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
    """Send a POST to `/` at `url` (`https://host` or `http://host:port`), and return the answer's status and body.

    headers: with `Host`. connect_seconds: until the connection stands, TLS included; only the look-up of the host's
    name has limits of its own. answer_seconds: from then until the last byte of the answer. by: the moment (monotonic)
    at which either ends. most_bytes: of the body. A redirect is an answer like any other. Raises OSError (TimeoutError
    and ssl.SSLError among it) and HTTPException.
    """
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "")
    # Connected here: HTTPConnection would begin its limit anew with each address of the host, and each step of TLS.
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
    """Return a socket that is connected, over TLS if the scheme is https. Each address of the host has its share."""
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
    response = HTTPResponse(incoming, method="POST")  # type: ignore[arg-type]  # it only asks it for a file
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
    """What comes through a socket until the moment `by` (monotonic).

    A socket's own limit begins anew with each byte: who sends one every second would never come to an end.
    """

    def __init__(self, connected: socket.socket, by: float) -> None:
        self._socket = connected
        self._by = by

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return the file that HTTPResponse asks a socket for: one of bytes, to be read."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Return that it is."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill `buffer` with what is there, or comes in time. Raises TimeoutError."""
        self._socket.settimeout(_left(self._by))
        return self._socket.recv_into(buffer)


def _left(by: float) -> float:
    left = by - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
