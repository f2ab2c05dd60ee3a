"""Methods that the gateway answers itself, such as CORS preflights."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.api_blueprint import read_api
from local.errors import LaptopError
from local.functions import Functions
from tests.local.assemblies import AssemblyWriter
from tests.local.gateways import ECHO, Running, serving

pytestmark = pytest.mark.xdist_group("local gateway")

PREFLIGHT = {
    "StatusCode": "204",
    "ResponseParameters": {
        "method.response.header.Access-Control-Allow-Origin": "'*'",
        "method.response.header.Access-Control-Allow-Methods": "'GET,POST'",
    },
}
BODY = {"application/json": '{"id": "$context.requestId"}'}


@pytest.fixture
def written(tmp_path: Path) -> AssemblyWriter:
    made = AssemblyWriter(tmp_path / "assembly")
    made.function("Echo", ECHO)
    made.rest_api()
    made.route("GET", "/picks/{id}", "Echo")
    return made


@pytest.fixture
def api(written: AssemblyWriter) -> Iterator[Running]:
    written.mock("OPTIONS", "/picks/{id}", [PREFLIGHT])
    written.mock(
        "GET",
        "/chosen",
        [{"StatusCode": "200"}, {"StatusCode": "503", "SelectionPattern": r"5\d\d", "ResponseTemplates": BODY}],
        status=500,
    )
    written.mock("GET", "/other", [{"StatusCode": "503", "SelectionPattern": r"5\d\d"}, {"StatusCode": "202"}])
    written.mock("GET", "/unanswered", [{"StatusCode": "503", "SelectionPattern": r"5\d\d"}])
    with serving(written, NoProcesses()) as running:
        yield running


class NoProcesses(Functions):
    """Functions that are known by name and must not be called."""

    def __init__(self) -> None:
        """Start nothing."""

    def by_arn(self, arn: str) -> Any:
        return arn


def options(api: Running, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    return api.send("OPTIONS", path, headers=headers)


def test_a_preflight_is_answered_without_a_function(api: Running) -> None:
    response, body = options(api, "/api/picks/7", Origin="https://a.example")
    assert (response.status, body) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == "GET,POST"
    assert response.headers["x-amzn-RequestId"]


def test_the_response_is_chosen_by_the_backend_s_status(api: Running) -> None:
    response, body = api.send("GET", "/api/chosen")
    assert response.status == 503
    assert body == f'{{"id": "{response.headers["x-amzn-RequestId"]}"}}'.encode()
    assert api.send("GET", "/api/other")[0].status == 202


@pytest.mark.parametrize(
    ("path", "headers", "why"),
    [
        ("/api/unanswered", {}, "GET /unanswered: no integration response for the status 200"),
        (
            "/api/chosen",
            {"Content-Type": "text/plain"},
            "GET /chosen: no request template for text/plain sets a statusCode",
        ),
    ],
)
def test_without_an_answer_it_is_500(api: Running, path: str, headers: dict[str, str], why: str) -> None:
    assert api.send("GET", path, headers=headers)[0].status == 500
    assert api.said == [why]


def test_a_path_without_one_is_not_there(api: Running) -> None:
    assert options(api, "/api/nothing")[0].status == 403


@pytest.mark.parametrize(
    ("response", "more", "reason"),
    [
        (
            {"StatusCode": "200", "ResponseParameters": {"method.response.header.X": "integration.response.header.X"}},
            {},
            "does not support",
        ),
        ({"StatusCode": "200"}, {"IntegrationResponses": [{"StatusCode": "201"}]}, "do not declare"),
        (
            {"StatusCode": "200"},
            {
                "IntegrationResponses": [
                    {"StatusCode": "200", "ResponseParameters": {"method.response.header.X": "'x'"}}
                ]
            },
            "do not declare",
        ),
        ({"StatusCode": "200"}, {"Type": "HTTP"}, "neither a function nor the gateway"),
    ],
)
def test_what_the_gateway_would_not_take_is_refused(
    written: AssemblyWriter, response: dict[str, Any], more: dict[str, Any], reason: str
) -> None:
    written.mock("GET", "/mock", [response], **more)
    with pytest.raises(LaptopError, match=reason):
        read_api(written.deployment())
