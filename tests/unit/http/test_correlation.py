"""X-Correlation-Id: a valid value from the client appears in every log line and in the answer. Others are ignored."""

from typing import Annotated, Any

import pytest

from pickvs.core.errors import Conflict
from pickvs.core.logging import logger
from pickvs.http.app import App, create_app
from pickvs.http.parameters import Query
from tests.support.gateway import LambdaContext, proxy_event, send
from tests.support.logs import logged

REQUEST_ID = "7f4a1c1e-0000-4000-8000-000000000001"
HOSTILE = {
    "two lines": "a\r\nSet-Cookie: session=1",
    "a newline at the end": "a\n",
    "ten thousand characters": "x" * 10_000,
    "one too many": "x" * 65,
    "unicode": "café-\N{BASKETBALL AND HOOP}",
    "half a surrogate pair": "\ud83c",
    "a NUL": "a\0b",
    "a bell": "\a",
    "nothing": "",
    "a space": " ",
}


@pytest.fixture
def app() -> App:
    return app_that_is_kept(None)


def app_that_is_kept(max_age: int | None) -> App:
    made = create_app(max_age=max_age)

    @made.get("/things")
    def list_things(fail: Annotated[str, Query()] = "") -> dict[str, str]:
        logger().info("first")
        logger().append_keys(user_id=41)
        logger().info("second")
        if fail == "caller":
            raise Conflict("SOME_CODE", "What to do.")
        if fail == "us":
            raise KeyError("inside")
        return {}

    return made


@pytest.fixture
def lines():
    with logged() as said:
        yield said
    logger().structure_logs()


@pytest.mark.parametrize(("fail", "status"), [("", 200), ("caller", 409), ("us", 500), ("unknown=", 200)])
@pytest.mark.parametrize("name", ["X-Correlation-Id", "x-correlation-id", "X-CORRELATION-ID"])
def test_what_was_sent_is_in_every_line_and_comes_back(app, lines, name, fail, status):
    answer = send(app, "GET", "/things", query={"fail": fail}, headers={name: "picks of Saturday, 7"})
    assert (answer.status, answer.headers["x-correlation-id"]) == (status, "picks of Saturday, 7")
    assert answer.headers["x-request-id"] == REQUEST_ID
    assert len(lines()) == 2 + (status == 500)
    for line in lines():
        assert (line["correlation_id"], line["request_id"]) == ("picks of Saturday, 7", REQUEST_ID)


@pytest.mark.parametrize(("path", "query"), [("/nothing", None), ("/things", {"unknown": "1"})])
def test_an_answer_that_comes_before_the_endpoint_has_it_too(app, path, query):
    answer = send(app, "GET", path, query=query, headers={"X-Correlation-Id": "mine"})
    assert answer.status in {404, 422}
    assert answer.headers["x-correlation-id"] == "mine"


def test_what_a_cache_may_keep_does_not_have_it_and_its_errors_do(lines):
    app = app_that_is_kept(30)
    mine = {"X-Correlation-Id": "mine"}
    answer = send(app, "GET", "/things", headers=mine)
    assert answer.status == 200
    assert "x-correlation-id" not in answer.headers
    assert {line["correlation_id"] for line in lines()} == {"mine"}
    unchanged = send(app, "GET", "/things", headers={"If-None-Match": answer.headers["etag"], **mine})
    assert unchanged.status == 304
    assert "x-correlation-id" not in unchanged.headers
    refused = send(app, "GET", "/things", query={"fail": "caller"}, headers=mine)
    assert (refused.status, refused.headers["x-correlation-id"]) == (409, "mine")


def test_without_one_it_is_the_request_s_id(app, lines):
    answer = send(app, "GET", "/things")
    assert answer.headers["x-correlation-id"] == REQUEST_ID
    assert {line["correlation_id"] for line in lines()} == {REQUEST_ID}


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_nobody_should_send_is_passed_over(app, lines, sent):
    answer = send(app, "GET", "/things", headers={"X-Correlation-Id": sent})
    assert (answer.status, answer.headers["x-correlation-id"]) == (200, REQUEST_ID)
    assert {line["correlation_id"] for line in lines()} == {REQUEST_ID}
    assert all(line["message"] in {"first", "second"} for line in lines())


def test_two_of_them_are_none(app):
    def twice(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return app({**event, "multiValueHeaders": {"X-Correlation-Id": ["a"], "x-correlation-id": ["b"]}}, context)

    assert send(twice, "GET", "/things").headers["x-correlation-id"] == REQUEST_ID


@pytest.mark.parametrize("headers", [None, {}, {"X-Correlation-Id": None}, {"X-Correlation-Id": []}])
def test_an_event_without_headers_is_answered(app, headers):
    event = {**proxy_event("GET", "/things"), "headers": None, "multiValueHeaders": headers}
    answer = app(event, LambdaContext())
    assert answer["multiValueHeaders"]["X-Correlation-Id"] == [REQUEST_ID]


def test_the_next_request_of_a_warm_environment_knows_nothing_of_this_one(app, lines):
    send(app, "GET", "/things", headers={"X-Correlation-Id": "mine"})
    send(app, "GET", "/things")
    third = lines()[2]
    assert third["correlation_id"] == REQUEST_ID
    assert "user_id" in lines()[1]
    assert "user_id" not in third


def test_a_secret_that_somebody_sends_as_an_id_is_in_no_line(app, lines):
    key = "pvk_Zx3-_b7Qk2vX9pL0wJalrXUtnFEMIK7MDENGbPxRfiCY"
    send(app, "GET", "/things", headers={"X-Correlation-Id": key})
    assert {line["correlation_id"] for line in lines()} == {"pvk_***"}
