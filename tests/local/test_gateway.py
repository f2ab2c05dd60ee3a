"""The REST API over real sockets: events, routes, results, and the gateway's own responses."""

import base64
import http.client
import json
from typing import Any

import pytest

from tests.local.gateways import Running

pytestmark = pytest.mark.xdist_group("local gateway")


def says(api: Running, result: Any) -> tuple[http.client.HTTPResponse, bytes]:
    return api.send("POST", "/api/says", body=json.dumps(result).encode())


def test_the_event_is_that_of_a_rest_api(api: Running) -> None:
    event = api.event(
        "POST",
        "/api/games/upcoming?sport=nba&team=a+b&team=76%25ers&flag",
        body=b'{"a": "\xc3\xa9"}',
        headers={"aUTHORIZATION": "Bearer x", "x-cUstom": "1", "user-agent": "test", "Content-Type": "text/plain"},
    )

    context = event.pop("requestContext")
    headers = event["headers"]
    assert event["resource"] == event["path"] == "/games/upcoming"
    assert event["httpMethod"] == "POST"
    assert event["queryStringParameters"] == {"sport": "nba", "team": "76%ers", "flag": ""}
    assert event["multiValueQueryStringParameters"] == {"sport": ["nba"], "team": ["a b", "76%ers"], "flag": [""]}
    assert event["pathParameters"] is None
    assert event["stageVariables"] == {"color": "red"}
    assert (event["body"], event["isBase64Encoded"]) == ('{"a": "é"}', False)
    assert (headers["Authorization"], headers["x-cUstom"], headers["User-Agent"]) == ("Bearer x", "1", "test")
    assert (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]) == ("127.0.0.1", "http")
    assert event["multiValueHeaders"]["Authorization"] == ["Bearer x"]
    assert "Content-Length" not in headers
    assert (context["stage"], context["path"]) == ("api", "/api/games/upcoming")
    assert (context["resourcePath"], context["httpMethod"]) == ("/games/upcoming", "POST")
    assert (context["identity"]["sourceIp"], context["identity"]["userAgent"]) == ("127.0.0.1", "test")
    assert context["protocol"] == "HTTP/1.1"
    assert len(context["requestId"]) == 36
    assert "authorizer" not in context


def test_repeated_headers_keep_all_their_values(api: Running) -> None:
    answer = api.raw(b"GET /api/games/1 HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: 2\r\n\r\n")

    event = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert event["headers"]["X-A"] == "2"
    assert event["multiValueHeaders"]["X-A"] == ["1", "2"]


@pytest.mark.parametrize(
    ("path", "resource", "parameters"),
    [
        ("/api/games/upcoming", "/games/upcoming", None),
        ("/api/games/upcoming/", "/games/upcoming", None),
        ("//api//games/upcoming", "/games/upcoming", None),
        ("http://elsewhere/api/games/upcoming", "/games/upcoming", None),
        ("/api/games/a%2Fb", "/games/{id}", {"id": "a%2Fb"}),
        ("/api/files/a/b/c", "/files/{path+}", {"path": "a/b/c"}),
    ],
)
def test_paths_find_their_route(api: Running, path: str, resource: str, parameters: Any) -> None:
    event = api.event("GET", path)

    assert (event["resource"], event["pathParameters"]) == (resource, parameters)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/nothing"),
        ("GET", "/api"),
        ("GET", "/"),
        ("GET", "/other/games/upcoming"),
        ("GET", "/api/games"),
        ("GET", "/api/games/1/more"),
        ("DELETE", "/api/games/upcoming"),
        ("OPTIONS", "/api/games/upcoming"),
        ("BREW", "/api/games/upcoming"),
    ],
)
def test_what_is_not_there_gets_the_gateways_own_answer(api: Running, method: str, path: str) -> None:
    response, body = api.send(method, path)

    problem = json.loads(body)
    assert response.status == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["X-Request-Id"] == problem["request_id"]
    assert problem["code"] == "MISSING_AUTHENTICATION_TOKEN"
    assert problem["detail"] == "Missing Authentication Token"
    assert problem["path"] == path


def test_head_has_no_body(api: Running) -> None:
    response, body = api.send("HEAD", "/api/games/upcoming")

    assert (response.status, body) == (404, b"")


def test_bodies(api: Running) -> None:
    png = {"Content-Type": "image/png"}

    text = api.event("POST", "/api/games/upcoming", body=b"\xff\xfe broken")
    binary = api.event("POST", "/api/games/upcoming", body=b"\xff\xfe", headers=png)
    empty = api.event("POST", "/api/games/upcoming", body=b"", headers=png)

    assert text["body"] == "�� broken"
    assert (binary["body"], binary["isBase64Encoded"]) == (base64.b64encode(b"\xff\xfe").decode(), True)
    assert (empty["body"], empty["isBase64Encoded"]) == (None, False)


def test_results_become_responses(api: Running) -> None:
    response, body = says(
        api,
        {
            "statusCode": "201",
            "headers": {"X-Text": "a", "X-Number": 3, "X-Flag": True, "X-Both": "lost", "Connection": "upgrade"},
            "multiValueHeaders": {"X-Both": ["1", "2"], "content-type": ["text/csv"]},
            "body": "é",
            "isBase64Encoded": False,
        },
    )

    assert (response.status, body.decode()) == (201, "é")
    assert response.headers.get_all("X-Both") == ["1", "2"]
    assert response.headers.get_all("Content-Type") == ["text/csv"]
    assert (response.headers["X-Text"], response.headers["X-Number"], response.headers["X-Flag"]) == ("a", "3", "true")
    assert response.headers["Connection"] == "close"
    assert response.headers["x-amzn-RequestId"]


def test_a_result_may_say_little(api: Running) -> None:
    response, body = says(api, {})

    assert (response.status, body, response.headers["Content-Type"]) == (200, b"", "application/json")


def test_base64_is_decoded_for_clients_that_take_binary(api: Running) -> None:
    order = json.dumps({"body": base64.b64encode(b"\x89PNG").decode(), "isBase64Encoded": True}).encode()

    _, binary = api.send("POST", "/api/says", body=order, headers={"Accept": "image/png, */*"})
    _, text = api.send("POST", "/api/says", body=order, headers={"Accept": "text/plain"})

    assert binary == b"\x89PNG"
    assert text == base64.b64encode(b"\x89PNG")


@pytest.mark.parametrize(
    "result",
    [
        "text",
        None,
        [1],
        {"statusCode": "many"},
        {"statusCode": 99},
        {"body": {"not": "text"}},
        {"status": 200},
        {"headers": ["a"]},
        {"headers": {"X": {"deep": 1}}},
        {"headers": {"bad name": "x"}},
        {"headers": {"X": "a\r\nSet-Cookie: b"}},
        {"multiValueHeaders": {"X": [None]}},
    ],
)
def test_a_malformed_result_is_a_502(api: Running, result: Any) -> None:
    response, body = says(api, result)

    assert (response.status, json.loads(body)["code"]) == (502, "DEFAULT_5XX")
    assert "Set-Cookie" not in response.headers


def test_errors_and_crashes_are_502_without_a_detail(api: Running) -> None:
    for order in (b'"raise"', b'"crash"'):
        response, body = api.send("POST", "/api/says", body=order)

        assert response.status == 502
        assert json.loads(body)["detail"] == "Internal server error"
    assert says(api, {"statusCode": 204})[0].status == 204, "the next request gets a fresh process"
    assert "says: function error (Runtime.ExitError)" in api.said


def test_time_outs_are_504(api: Running) -> None:
    assert api.problem("POST", "/api/says", body=b'"sleep"') == (504, "INTEGRATION_TIMEOUT")
    api.said.clear()
    assert api.problem("POST", "/api/impatient", body=b'"sleep"') == (504, "INTEGRATION_TIMEOUT")
    assert api.said == ["says: no answer within the gateway's 0.2 s"], "the function has a whole second"


def test_the_throttle_of_a_method(api: Running) -> None:
    assert [api.send("GET", "/api/throttled")[0].status for _ in range(2)] == [200, 200]

    response, body = api.send("GET", "/api/throttled")

    assert (response.status, json.loads(body)["code"]) == (429, "THROTTLED")
    assert response.headers["Retry-After"] == "1"


def test_the_access_log_is_written_as_the_template_says(api: Running) -> None:
    api.send("GET", "/api/mine", headers={"Authorization": "everything"})
    api.send("GET", "/api/nothing")

    lines = api.access_log.path.read_text(encoding="utf-8").splitlines()
    assert lines[-2].endswith('[api] {"route": "/mine", "status": "200", "who": "ann"}')
    assert lines[-1].endswith('[api] {"route": "-", "status": "404", "who": "-"}')
