"""An endpoint counts the requests that failed by its own fault, and writes no other line."""

from typing import Annotated, Any

import pytest

from pickvs.core import errors
from pickvs.core.types import ResponseBody
from pickvs.http.app import App, create_app
from pickvs.http.metrics import SERVER_ERRORS
from pickvs.http.parameters import Query
from tests.support.gateway import LambdaContext, send
from tests.support.measured import STAGE, Measured, measured, measuring

ONE = [Measured(SERVER_ERRORS, 1.0, "Count", {"stage": STAGE, "function": "list_things"})]


class Thing(ResponseBody):
    number: int


def raising(error: Exception | None) -> App:
    app = create_app()

    @app.get("/things")
    def list_things(wrong: Annotated[str | None, Query()] = None) -> Thing:
        if error is not None:
            raise error
        return {"number": "none"} if wrong else Thing(number=1)  # type: ignore[return-value]

    return app


@pytest.fixture
def printed(monkeypatch, capsys):
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "list_things")
    return measuring(monkeypatch, capsys)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KeyError("inside"), 500),
        (RecursionError("inside"), 500),
        (errors.ConfigurationError("inside"), 500),
        (errors.StorageUnavailable("inside"), 500),
        (errors.DatabaseUnavailable("inside"), 503),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_a_failure_of_ours_is_counted_under_the_function_s_name(printed, error, status):
    app = raising(error)
    for _ in range(2):
        assert send(app, "GET", "/things").status == status
        text = printed()
        assert measured(text) == ONE
        assert "inside" not in text


def test_an_answer_that_breaks_its_promise_is_one(printed):
    assert send(raising(None), "GET", "/things", query={"wrong": "true"}).status == 500
    assert measured(printed()) == ONE


def test_so_is_an_event_that_cannot_be_understood(printed):
    assert raising(None)({}, LambdaContext())["statusCode"] == 500
    assert measured(printed()) == ONE


REFUSALS = [
    errors.BadRequest("SOME_CODE", "…"),
    errors.Unauthenticated("SOME_CODE", "…"),
    errors.Conflict("SOME_CODE", "…"),
    errors.TooManyRequests("…", retry_after=1),
    None,
]


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("request_of", [("/things", None), ("/things", {"unknown": "1"}), ("/nothing", None)])
def test_what_the_caller_can_mend_and_what_is_well_are_not(printed, error, request_of: tuple[str, Any]):
    path, query = request_of
    assert send(raising(error), "GET", path, query=query).status < 500
    assert printed() == ""


def test_a_metric_that_cannot_be_written_leaves_the_answer_as_it_is(printed, monkeypatch):
    class Broken:
        def __init__(self, **_: object) -> None:
            raise RuntimeError("no metrics today")

    monkeypatch.setattr("aws_lambda_powertools.metrics.EphemeralMetrics", Broken)
    send(raising(errors.DatabaseUnavailable("away")), "GET", "/things").problem(503, "UNAVAILABLE")
    assert measured(printed()) == []
