"""Every log line of an invocation carries its id and its context. The next invocation starts without them."""

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from pickvs.core import invocations
from pickvs.core.invocations import begin, invocation, readable_id
from pickvs.core.logging import logger
from tests.support.gateway import LambdaContext
from tests.support.logs import logged

EVENT_ID = "17f2a6c0-0000-4000-8000-000000000001"
SCHEDULED = {"id": EVENT_ID, "detail-type": "Scheduled Event", "source": "aws.events"}


@pytest.fixture
def lines():
    with logged() as said:
        yield said
    logger().structure_logs()


def test_every_line_says_where_it_is_from(lines, monkeypatch):
    monkeypatch.setenv("PICKVS_STAGE", "prod")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
    begin(LambdaContext(), request_id="request-1", correlation_id="order 7")
    logger().info("first")
    logger().warning("second", extra={"game_id": 7})
    for line in lines():
        expected = {
            "stage": "prod",
            "service": logger().service,
            "function_name": "test",
            "function_request_id": "lambda-request",
            "request_id": "request-1",
            "correlation_id": "order 7",
            "xray_trace_id": "1-5759e988-bd862e3fe1be46a994272793",
        }
        assert {name: line[name] for name in expected} == expected
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["timestamp"])
        assert isinstance(line["cold_start"], bool)
    assert [(line["level"], line["message"]) for line in lines()] == [("INFO", "first"), ("WARNING", "second")]
    assert "game_id" not in lines()[0]


def test_only_the_first_invocation_of_an_environment_is_a_cold_start(lines, monkeypatch):
    monkeypatch.setattr(invocations, "_is_first", True)
    for _ in range(3):
        begin(LambdaContext())
        logger().info("here")
    assert [line["cold_start"] for line in lines()] == [True, False, False]


def test_nothing_stays_from_the_invocation_before(lines):
    begin(LambdaContext(), request_id="request-1", correlation_id="mine")
    logger().append_keys(user_id=41)
    logger().info("before")
    begin(SimpleNamespace(aws_request_id="lambda-2"))
    logger().info("after")
    after = lines()[-1]
    assert (after["request_id"], after["correlation_id"]) == ("lambda-2", "lambda-2")
    assert {"user_id", "function_name"}.isdisjoint(after)


@pytest.mark.parametrize(
    ("event", "correlation_id"),
    [
        (SCHEDULED, EVENT_ID),
        (
            {"Step": "createSecret", "SecretId": "arn", "ClientRequestToken": "c0ffee00-0000-4000-8000-000000000001"},
            "c0ffee00-0000-4000-8000-000000000001",
        ),
        ({}, "lambda-request"),
        ({"command": "rebuild_standings"}, "lambda-request"),
        ({"id": 41}, "lambda-request"),
        ({"id": "two\nlines"}, "lambda-request"),
        ({"id": None, "ClientRequestToken": ""}, "lambda-request"),
        ("no object", "lambda-request"),
        (None, "lambda-request"),
    ],
)
def test_an_event_s_own_name_is_that_of_everything_it_causes(lines, event, correlation_id):
    @invocation
    def handler(event: object, context: object) -> str:
        logger().info("at work")
        return "done"

    assert handler(event, LambdaContext()) == "done"
    assert handler.__name__ == "handler"
    [line] = lines()
    assert (line["correlation_id"], line["request_id"]) == (correlation_id, "lambda-request")


def test_an_error_that_ends_an_invocation_is_a_line_of_it_and_is_raised(lines):
    @invocation
    def handler(event: object, context: object) -> None:
        raise KeyError("password=hunter2")

    with pytest.raises(KeyError):
        handler(SCHEDULED, LambdaContext())
    [line] = lines()
    assert (line["level"], line["message"], line["exception_name"]) == ("ERROR", "invocation failed", "KeyError")
    assert line["correlation_id"] == EVENT_ID
    assert "hunter2" not in str(line)


def test_without_a_context_lines_are_written_all_the_same(lines):
    assert begin(None) == ""
    logger().info("here")
    assert lines()[0]["message"] == "here"


HANDLERS = sorted((Path(__file__).parents[3] / "functions").glob("*/handler.py"))


@pytest.mark.parametrize("path", HANDLERS, ids=lambda path: path.parent.name)
def test_every_function_begins_its_invocations(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    [handler] = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "handler"]
    decorated = "invocation" in {ast.unparse(each) for each in handler.decorator_list}
    called = {ast.unparse(each.func) for each in ast.walk(handler) if isinstance(each, ast.Call)}
    assert decorated != ("invocations.begin" in called)


READABLE = ["a", "7f4a1c1e-0000-4000-8000-000000000001", "order 7", '"%s"{}\\', "x" * 64, "1;2=3", "%(message)s"]
UNREADABLE = ["", " ", " a", "a ", "a\n", "a\r\nX-Evil: 1", "\ta", "a\0", "\x7f", "naïve", "ﬁ", "x" * 65, "x" * 10_000]


@pytest.mark.parametrize("text", READABLE)
def test_printable_ascii_is_taken_as_it_is(lines, text):
    assert readable_id(text) == text
    begin(LambdaContext(), correlation_id=text)
    logger().info("here %s", "again")
    assert [(line["correlation_id"], line["message"]) for line in lines()] == [(text, "here again")]


@pytest.mark.parametrize("value", [*UNREADABLE, None, 7, ["a"]])
def test_anything_else_is_no_id(value):
    assert readable_id(value) is None
