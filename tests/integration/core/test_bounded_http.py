"""One POST to servers that are slow, send too much, or are not who they claim to be."""

import socket
import ssl
import time
from collections.abc import Iterator
from http.client import BadStatusLine, HTTPException, IncompleteRead, RemoteDisconnected
from pathlib import Path
from typing import Any

import certifi
import pytest

from pickvs.core import bounded_http
from pickvs.core.bounded_http import AnswerTooLong, post
from tests.support.scripted_server import ScriptedServer, answers, says, scripted
from tests.support.tls_door import Authority

MOST = 1000
BODY = b'{"a": 1}'
ENOUGH = 10.0
SHORT = 0.3
"""Time limit for tests that must time out, in seconds. The server would take much longer."""


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted() as running:
        yield running


def ask(url: str, *, connect: float = ENOUGH, answer: float = ENOUGH, left: float = 2 * ENOUGH) -> tuple[int, bytes]:
    by = time.monotonic() + left
    headers = {"Host": "somebody.example", "X-Extra": "b c"}
    return post(url, headers, BODY, connect_seconds=connect, answer_seconds=answer, by=by, most_bytes=MOST)


def test_it_sends_what_it_was_given_and_returns_what_comes(server: ScriptedServer) -> None:
    server.script(answers(207, b"fine"))
    assert ask(server.url) == (207, b"fine")
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    first, *headers = head.decode().split("\r\n")
    assert first == "POST / HTTP/1.1"
    assert {"Host: somebody.example", "X-Extra: b c", f"Content-Length: {len(BODY)}"} <= set(headers)
    assert len([header for header in headers if header.lower().startswith("host:")]) == 1
    assert body == BODY


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", (200, b"abcde")),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil it hangs up", (200, b"until it hangs up")),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", (204, b"")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % MOST + b"x" * MOST, (200, b"x" * MOST)),
    ],
    ids=["in chunks", "until it hangs up", "after another answer", "as long as may be"],
)
def test_every_way_to_end_a_body_is_understood(
    server: ScriptedServer, answer: bytes, expected: tuple[int, bytes]
) -> None:
    server.script(says(answer))
    assert ask(server.url) == expected


def test_a_redirect_is_an_answer(server: ScriptedServer) -> None:
    with scripted(answers(200, b"elsewhere")) as elsewhere:
        for status in (301, 302, 303, 307, 308):
            server.script(answers(status, b"gone", f"Location: {elsewhere.url}/"))
            assert ask(server.url) == (status, b"gone")
        assert elsewhere.connections == 0


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", RemoteDisconnected),
        (b"no HTTP at all\r\n\r\n", BadStatusLine),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", IncompleteRead),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal", IncompleteRead),
        (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (MOST + 1) + b"x" * (MOST + 1), AnswerTooLong),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 100_000, AnswerTooLong),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + b"x" * 1024 + b"\r\n", AnswerTooLong),
        (b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 10_000, AnswerTooLong),
        (b"HTTP/1.1 200 OK\r\n" + b"X-More: 1\r\n" * 1_000, HTTPException),
        (b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000, HTTPException),
    ],
    ids=[
        "nothing",
        "no HTTP",
        "half",
        "half a chunk",
        "a byte too long",
        "much too long",
        "too long, in chunks",
        "too long, until it hangs up",
        "too many headers",
        "too long a header",
    ],
)
def test_what_is_no_answer_is_an_error(server: ScriptedServer, answer: bytes, error: type[Exception]) -> None:
    server.script(says(answer))
    with pytest.raises(error):
        ask(server.url)


# Each byte arrives within a limit that restarts with every byte. All bytes together would take 20 times the limit.
DRIPPED = [b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n" + b"x" * 60, b"HTTP/1.1 100 Continue\r\n\r\n" * 4]


@pytest.mark.parametrize("data", DRIPPED, ids=["a body", "answers without end"])
def test_who_sends_byte_after_byte_is_given_up(server: ScriptedServer, data: bytes) -> None:
    server.script(server.drip(data, SHORT / 5))
    with pytest.raises(TimeoutError):
        ask(server.url, answer=SHORT)
    with pytest.raises(TimeoutError):
        ask(server.url, left=SHORT)


def test_who_says_nothing_is_given_up(server: ScriptedServer) -> None:
    server.script(server.silence)
    with pytest.raises(TimeoutError):
        ask(server.url, answer=SHORT)
    with pytest.raises(TimeoutError):
        ask(server.url, left=SHORT)


def test_with_no_time_left_nothing_is_sent(server: ScriptedServer) -> None:
    with pytest.raises(TimeoutError):
        ask(server.url, left=0)
    assert server.requests == []


def test_where_nobody_listens_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        ask(f"http://127.0.0.1:{port}")


def test_the_next_address_is_tried_where_one_refuses(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.script(answers(200, b"here"))
    known = socket.getaddrinfo("127.0.0.1", server.port, type=socket.SOCK_STREAM)
    (refuses,) = socket.getaddrinfo("127.0.0.1", 9, type=socket.SOCK_STREAM)
    monkeypatch.setattr(bounded_http.socket, "getaddrinfo", lambda *_, **__: [refuses, *known])
    assert ask(server.url) == (200, b"here")


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """An authority trusted in place of the public ones."""
    made = Authority(tmp_path, "trusted")
    monkeypatch.setattr(certifi, "where", lambda: str(made.roots))
    bounded_http._tls.cache_clear()
    yield made
    bounded_http._tls.cache_clear()


def test_over_tls_the_server_proves_who_it_is(authority: Authority) -> None:
    with scripted(answers(200, b"mine"), certificate=authority.certificate("localhost")) as server:
        assert ask(f"https://localhost:{server.port}") == (200, b"mine")


@pytest.mark.parametrize(
    ("host", "is_stranger", "said"),
    [("localhost", True, "unable to get local issuer certificate"), ("another.example", False, "Hostname mismatch")],
)
def test_who_proves_something_else_is_told_nothing(
    authority: Authority, tmp_path: Path, host: str, said: str, *, is_stranger: bool
) -> None:
    by = Authority(tmp_path, "stranger") if is_stranger else authority
    with scripted(answers(200, b"mine"), certificate=by.certificate(host)) as server:
        with pytest.raises(ssl.SSLCertVerificationError, match=said):
            ask(f"https://localhost:{server.port}")
        assert server.requests == []


def test_the_roots_are_those_that_browsers_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[Any] = []
    make = ssl.create_default_context
    monkeypatch.setattr(bounded_http.ssl, "create_default_context", lambda **options: loaded.append(options) or make())
    bounded_http._tls.cache_clear()
    context = bounded_http._tls()
    bounded_http._tls.cache_clear()
    assert loaded == [{"cafile": certifi.where()}]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_handshake_is_part_of_connecting(authority: Authority) -> None:
    with scripted() as server:
        server.script(server.silence)
        with pytest.raises(TimeoutError):
            ask(f"https://localhost:{server.port}", connect=SHORT)
