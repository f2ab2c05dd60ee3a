"""Requests to addresses that users name: dead, slow and hostile receivers, and names that lead into a network."""

import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pickvs.core import bounded_http
from pickvs.core.outgoing_http import NotSent, TargetRefused, check_url, post
from tests.support.scripted_server import Answer, ScriptedServer, answers, says, scripted

QUICK = 1.0


def send(url: str, *, seconds: float = 5, public_only: bool = False) -> int:
    return post(url, {"webhook-id": "notice_1"}, b'{"type":"test"}', seconds=seconds, public_only=public_only)


def test_the_request_is_what_was_asked_for() -> None:
    with scripted(answers(204, b"")) as server:
        assert send(f"{server.url}/hooks/pickvs?of=ada") == 204
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hooks/pickvs?of=ada HTTP/1.1"
    assert {f"Host: 127.0.0.1:{server.port}", "webhook-id: notice_1", f"Content-Length: {len(body)}"} <= set(lines)
    assert body == b'{"type":"test"}'


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(answers(200, b"")) as proxy, scripted(answers(204, b"")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert send(server.url) == 204
        assert not proxy.requests


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_an_answer_and_not_followed(status: int) -> None:
    with scripted(answers(200, b"")) as inside, scripted(answers(status, b"", f"Location: {inside.url}/")) as server:
        assert send(server.url) == status
        assert (len(server.requests), len(inside.requests)) == (1, 0)


HUGE = b"x" * (8 * 1024 * 1024)
FATES: dict[str, tuple[Callable[[ScriptedServer], Answer], int | str]] = {
    "500": (lambda _: answers(500, b"no"), 500),
    "a huge body": (lambda _: answers(200, HUGE), 200),
    "an endless body": (lambda server: _head_then(server.drip(b"x" * 1000, 0.1)), 200),
    "silence": (lambda server: server.silence, "no answer in time"),
    "one byte at a time": (lambda server: server.drip(b"HTTP/1.1 200 OK\r\n\r\n", 0.2), "no answer in time"),
    "endless headers": (lambda server: says(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 500), "the answer is not HTTP"),
    "an endless line": (lambda _: says(b"HTTP/1.1 200 OK\r\na: " + HUGE), "the answer is not HTTP"),
    "something else": (lambda _: says(b"220 smtp.example ESMTP\r\n"), "the answer is not HTTP"),
    "nothing": (lambda _: says(b""), "no connection"),
}


def _head_then(more: Answer) -> Answer:
    def answer(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        more(client)

    return answer


@pytest.mark.parametrize("fate", FATES)
def test_no_receiver_takes_more_than_its_time(fate: str) -> None:
    make, expected = FATES[fate]
    with scripted() as server:
        server.script(make(server))
        began = time.monotonic()
        if isinstance(expected, int):
            assert send(server.url, seconds=QUICK) == expected
        else:
            with pytest.raises(NotSent, match=f"^{expected}$"):
                send(server.url, seconds=QUICK)
        assert time.monotonic() - began < QUICK + 4  # a busy machine is late, but it does not wait for the receiver


def test_a_dead_receiver_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotSent, match=r"^no connection$"):
        send(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://example.com:8443/",
        "https://ada:pw@example.com/",
        "https://ada@example.com/",
        "https://example.com/#part",
        "https:///path",
        "https://",
        "example.com",
        "https://example.com/ space",
        "https://example.com/\r\nX: y",
        "https://exämple.com/",
        "https://example.com\\@127.0.0.1/",
        "https://[::1",
        "https://example.com:99999/",
        f"https://example.com/{'x' * 2000}",
        *(
            f"https://{host}/"
            for host in ("127.0.0.1", "169.254.169.254", "[::1]", "10.0.0.1", "192.168.0.1", "0.0.0.0")  # noqa: S104
        ),
        *(f"https://{host}/" for host in ("127.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::ffff:127.0.0.1]")),
        *(f"https://{host}/" for host in ("[fd00:ec2::254]", "[fe80::1%25eth0]", "100.64.0.1", "[64:ff9b::7f00:1]")),
    ],
)
def test_a_url_that_users_may_not_name(url: str) -> None:
    with pytest.raises(TargetRefused):
        check_url(url, public_only=True)
    with pytest.raises(TargetRefused):
        send(url, public_only=True)


def test_a_url_that_users_may_name() -> None:
    assert check_url("https://example.com/hooks?of=ada", public_only=True).hostname == "example.com"
    assert check_url("https://example.com:443", public_only=True).port == 443


type Resolve = Callable[..., list[tuple[Any, ...]]]


def resolving(*rounds: list[str]) -> Resolve:
    """Return a resolver that answers with the next list of addresses each time it is asked, and then fails."""
    left = list(rounds)
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *given: Any, **named: Any) -> list[tuple[Any, ...]]:
        if named.get("flags") == socket.AI_NUMERICHOST:
            return real(host, port, *given, **named)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in left.pop(0)]

    return resolve


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["169.254.169.254"], ["10.1.2.3"], ["8.8.8.8", "127.0.0.1"]])
def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving(addresses))
    monkeypatch.setattr(bounded_http, "_connected", _must_not_connect)
    with pytest.raises(TargetRefused, match=r"^must lead to public addresses only$"):
        send("https://inside.example/", public_only=True)


def _must_not_connect(*_: object) -> socket.socket:
    raise AssertionError("connected")


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look-up would lead inside (DNS rebinding). There is none."""
    gone_to: list[tuple[str, int]] = []

    def connect(_: socket.socket, address: tuple[str, int]) -> None:
        gone_to.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolving(["8.8.8.8"], ["127.0.0.1"]))
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(NotSent, match=r"^no connection$"):
        send("https://rebinding.example/", public_only=True)
    assert gone_to == [("8.8.8.8", 443)]


def test_the_resolver_gets_no_more_time_than_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(30))
    with pytest.raises(NotSent, match="not resolved in time"):
        send("http://slow.example/", seconds=0.2)


def test_a_certificate_of_nobody_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "both.pem"
    made = subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-keyout", file, "-out", tmp_path / "cert.pem", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
        ],
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    file.write_bytes(file.read_bytes() + (tmp_path / "cert.pem").read_bytes())
    with (
        scripted(answers(200, b""), certificate=file) as server,
        pytest.raises(NotSent, match=r"^the certificate is not valid$"),
    ):
        send(f"https://localhost:{server.port}/")
    assert not server.requests
