"""The REST API's authorization, throttling, size limits, and handling of invalid requests."""

import json
import socket

import pytest

from tests.local.gateways import Running

pytestmark = pytest.mark.xdist_group("local gateway")


def test_the_authorizer_is_asked_once_for_the_whole_api(api: Running) -> None:
    first = api.event("GET", "/api/mine", headers={"Authorization": "everything"})
    second = api.event("GET", "/api/mine/7", headers={"authorization": "everything"})

    identity = first["requestContext"]["authorizer"]
    assert {**identity, "asked": ""} == {"principalId": "41", "asked": "", "admin": "false", "name": "ann"}
    assert second["requestContext"]["authorizer"]["asked"] == identity["asked"]


def test_a_policy_for_one_method_denies_the_next(api: Running) -> None:
    assert api.send("GET", "/api/mine/1", headers={"Authorization": "one"})[0].status == 200
    assert api.problem("GET", "/api/mine/2", headers={"Authorization": "one"}) == (403, "ACCESS_DENIED")


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (None, (401, "UNAUTHORIZED")),
        ("", (401, "UNAUTHORIZED")),
        ("unknown", (401, "UNAUTHORIZED")),
        ("nothing", (403, "ACCESS_DENIED")),
        ("broken", (502, "AUTHORIZER_FAILURE")),
        ("nonsense", (502, "AUTHORIZER_CONFIGURATION_ERROR")),
    ],
)
def test_who_may_not_pass(api: Running, token: str | None, expected: tuple[int, str]) -> None:
    headers = {} if token is None else {"Authorization": token}

    assert api.problem("GET", "/api/mine", headers=headers) == expected


def test_large_bodies_are_refused(api: Running) -> None:
    head = b"POST /api/games/upcoming HTTP/1.1\r\nHost: x\r\n"

    told = api.raw(head + b"Content-Length: 10485761\r\n\r\n")
    chunk = b"%x\r\n" % 1_048_576 + b"x" * 1_048_576 + b"\r\n"
    untold = api.raw(head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 11 + b"0\r\n\r\n")
    beyond_lambda, _ = api.send("POST", "/api/games/upcoming", body=b"x" * 7_000_000)

    assert told.startswith(b"HTTP/1.1 413 ")
    assert untold.startswith(b"HTTP/1.1 413 ")
    assert beyond_lambda.status == 413


def test_chunked_bodies_arrive(api: Running) -> None:
    answer = api.raw(
        b"POST /api/games/upcoming HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )

    assert json.loads(answer.partition(b"\r\n\r\n")[2])["body"] == "abcde"


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /api/games/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/games/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://[::1/api HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/games/1 HTTP/1.1\r\nHost: x\r\n" + b"X-A: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET /api/games/1 HTTP/1.1\r\nHost: x\r\n" + b"X-A: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET /api/games/1 HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /api/games/upcoming HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"POST /api/games/upcoming HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/games/upcoming HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /api/games/upcoming HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /api/games/upcoming HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET /api/games/1 HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_hostile_requests_get_a_problem_and_harm_nobody(api: Running, request_bytes: bytes) -> None:
    head, _, body = api.raw(request_bytes).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 "), head
    assert json.loads(body)["code"] == "DEFAULT_4XX"
    assert api.send("GET", "/api/games/1")[0].status == 200


def test_clients_that_go_away_harm_nobody(api: Running) -> None:
    port = int(api.url.rpartition(":")[2])
    for beginning in (b"", b"GET /api/ga", b"POST /api/says HTTP/1.1\r\nContent-Length: 100\r\n\r\nab"):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(beginning)

    assert api.send("GET", "/api/games/1")[0].status == 200
