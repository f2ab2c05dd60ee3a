"""Answers: every error has the same shape and its request id, and reveals no internals."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

import pytest

from pickvs.core import clock, errors
from pickvs.core.types import Moment, Number, ResponseBody
from pickvs.http.app import App, create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query
from pickvs.http.security import SECURITY_HEADERS
from tests.support.gateway import LambdaContext, proxy_event, send
from tests.support.logs import logged

INSIDE = "relation users, password=hunter2"


class Quote(ResponseBody):
    line: Number
    captured_at: Moment


class TooLate(errors.Conflict):
    """A conflict defined by a feature."""


def answering(act: Any) -> App:
    app = create_app()

    @app.get("/things")
    def list_things() -> dict[str, Any]:
        return act()

    return app


def raising(error: Exception) -> App:
    def act() -> dict[str, Any]:
        raise error

    return answering(act)


@pytest.fixture
def log():
    with logged() as lines:
        yield lines


FIELD = errors.FieldError("picks[2].quote_id", "moved")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.BadRequest, 400),
        (errors.Unauthenticated, 401),
        (errors.Forbidden, 403),
        (errors.NotFound, 404),
        (errors.Conflict, 409),
        (errors.Invalid, 422),
        (TooLate, 409),
    ],
)
def test_a_feature_s_error_becomes_its_problem(error, status):
    problem = send(raising(error("SOME_CODE", "What to do.", (FIELD,))), "GET", "/things").problem(status, "SOME_CODE")
    assert problem["detail"] == "What to do."
    assert problem["errors"] == [{"field": "picks[2].quote_id", "message": "moved"}]


def test_an_error_carries_its_further_members_and_cannot_change_the_common_ones():
    quote = Quote(line=Decimal("-2.5"), captured_at=datetime(2024, 1, 15, 19, tzinfo=UTC))
    error = errors.Conflict("ODDS_MOVED", "Take the new one.", extra={"quote": quote, "status": 200, "code": "OTHER"})
    problem = send(raising(error), "GET", "/things").problem(409, "ODDS_MOVED")
    assert problem["quote"] == {"line": -2.5, "captured_at": "2024-01-15T19:00:00Z"}


def test_too_many_requests_say_when_to_come_back():
    answer = send(raising(errors.TooManyRequests("Wait.", retry_after=17)), "GET", "/things")
    answer.problem(429, "TOO_MANY_REQUESTS")
    assert answer.headers["retry-after"] == "17"


def test_an_absent_database_is_503_with_retry_after(log):
    error = errors.DatabaseUnavailable(INSIDE)
    answer = send(raising(error), "GET", "/things")
    answer.problem(503, "UNAVAILABLE")
    assert int(answer.headers["retry-after"]) > 0
    assert "users" not in json.dumps(answer.body)
    assert log()[0]["exception_name"] == "DatabaseUnavailable"


INNER = {
    "a bug": KeyError(INSIDE),
    "a wrong deployment": errors.ConfigurationError(INSIDE),
    "endless recursion": RecursionError(INSIDE),
    "something not built": NotImplementedError(INSIDE),
}


@pytest.mark.parametrize("error", INNER.values(), ids=INNER.keys())
def test_an_error_of_ours_is_500_and_shows_nothing_of_the_inside(log, error):
    answer = send(raising(error), "GET", "/things")
    answer.problem(500, "INTERNAL_ERROR")
    text = json.dumps([answer.body, answer.headers])
    assert "users" not in text
    assert type(error).__name__ not in text
    [line] = log()
    assert line["request_id"] == answer.body["request_id"]
    assert line["exception_name"] == type(error).__name__
    assert "relation users" in line["exception"]
    assert "hunter2" not in json.dumps(line)


def test_an_answer_that_breaks_its_own_promise_is_500_and_not_the_caller_s_fault(log):
    app = create_app()

    @app.get("/things")
    def list_things() -> Quote:
        return {"line": "none", "token": "abc"}  # type: ignore[return-value]

    send(app, "GET", "/things").problem(500, "INTERNAL_ERROR")
    assert log()[0]["exception_name"] == "TypeError"


def test_an_answer_that_has_no_form_in_json_is_500(log):
    send(answering(lambda: {"at": object()}), "GET", "/things").problem(500, "INTERNAL_ERROR")
    assert log()[0]["exception_name"] == "TypeError"


def test_a_parameter_that_is_nowhere_in_the_request_cannot_be_declared():
    with pytest.raises(TypeError, match="where is limit"):

        @create_app().get("/things")
        def list_things(limit: int = 5) -> dict[str, int]:
            return {"limit": limit}


def test_an_event_that_no_gateway_sends_is_500_with_the_lambda_s_request_id(log):
    event = {
        name: value for name, value in proxy_event("GET", "/things").items() if name not in ("path", "requestContext")
    }
    answer = answering(dict)(event, LambdaContext())
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (500, "INTERNAL_ERROR")
    assert answer["multiValueHeaders"]["X-Request-Id"] == ["lambda-request"]
    assert len(log()) == 1


def test_a_good_answer_has_the_request_id_and_is_kept_by_nobody():
    answer = send(answering(lambda: {"n": 1}), "GET", "/things")
    assert (answer.status, answer.body) == (200, {"n": 1})
    assert answer.headers["x-request-id"] == "7f4a1c1e-0000-4000-8000-000000000001"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/thing"),
        ("GET", "/things/1"),
        ("POST", "/things"),
        ("HEAD", "/things"),
        ("OPTIONS", "/things"),
    ],
)
@pytest.mark.parametrize("query", [None, {"limit": "1"}])
def test_another_path_or_method_is_404(method, path, query):
    send(answering(dict), method, path, query=query).problem(404, "NOT_FOUND")


@pytest.mark.parametrize("path", ["/things", "/things/", "/api/things"])
def test_a_slash_at_the_end_and_the_base_path_do_not_matter(path):
    assert send(answering(dict), "GET", path).status == 200


@pytest.fixture(scope="module")
def paged() -> App:
    app = create_app()

    @app.get("/pages")
    def list_pages(
        limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None, team: Annotated[str | None, Query(max_length=60)] = None
    ) -> dict[str, object]:
        return {"limit": limit, "cursor": cursor, "team": team}

    return app


@pytest.mark.parametrize(
    ("query", "body"),
    [
        (None, {"limit": 50, "cursor": None, "team": None}),
        ({"limit": "1"}, {"limit": 1, "cursor": None, "team": None}),
        ({"limit": "100", "cursor": "abc"}, {"limit": 100, "cursor": "abc", "team": None}),
        ({"team": "a,b&c=d é"}, {"limit": 50, "cursor": None, "team": "a,b&c=d é"}),
    ],
)
def test_query_parameters_arrive(paged, query, body):
    assert send(paged, "GET", "/pages", query=query).body == body


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": "1.5"}, "limit"),
        ({"limit": ""}, "limit"),
        ({"limit": "9" * 5_000}, "limit"),
        ({"cursor": "x" * 513}, "cursor"),
        ({"team": "x" * 61}, "team"),
        ({"team": "a\0b"}, "team"),
        ({"lmit": "1"}, "lmit"),
        ({"Limit": "1"}, "Limit"),
        ({"x" * 5_000: "1"}, "x" * 100),
    ],
)
def test_a_wrong_or_unknown_query_parameter_is_422(paged, query, field):
    answer = send(paged, "GET", "/pages", query=query)
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {field}


def test_an_unknown_parameter_s_problem_says_which_are_known(paged):
    answer = send(paged, "GET", "/pages", query={"sort": "x"})
    assert answer.body["errors"][0]["message"] == "unknown parameter; known are: cursor, limit, team"


@pytest.mark.parametrize("name", ["limit", "team"])
def test_a_parameter_that_is_given_twice_is_422(paged, name):
    def twice(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return paged({**event, "multiValueQueryStringParameters": {name: ["1", "2"]}}, context)

    answer = send(twice, "GET", "/pages", query={name: "2"})
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {name}


def test_no_content_is_no_content():
    app = create_app()

    @app.post("/end", status_code=204)
    def end() -> None:
        return None

    answer = app(proxy_event("POST", "/end"), LambdaContext())
    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert set(answer["multiValueHeaders"]) == {"X-Request-Id", "X-Correlation-Id", "Cache-Control", *SECURITY_HEADERS}


@pytest.fixture(scope="module")
def personal() -> App:
    app = create_app()

    @app.get("/me")
    def show_me(caller: Caller) -> dict[str, object]:
        return {"user_id": caller.user_id, "username": caller.username, "role": caller.role, "session": caller.session}

    return app


def test_the_caller_is_who_the_authorizer_found(personal):
    answer = send(personal, "GET", "/me", user=(41, "ada"), role="admin")
    assert answer.body == {"user_id": 41, "username": "ada", "role": "admin", "session": None}


def test_the_caller_s_session_is_the_token_s(personal):
    session = "3f2b8c1e-5a44-4e0b-9a3c-0d6a1f7e9b21"
    assert send(personal, "GET", "/me", user=(41, "ada"), session=session).body["session"] == session


def test_credentials_that_the_gateway_still_knows_are_good_until_they_expire(personal):
    end = datetime(2026, 3, 15, 14, 30, tzinfo=UTC)
    known = {"user": (41, "ada"), "expires_at": str(int(end.timestamp()))}
    with clock.held_at(end - timedelta(microseconds=1)):
        assert send(personal, "GET", "/me", **known).status == 200
    for moment in (end, end + timedelta(minutes=5)):
        with clock.held_at(moment):
            send(personal, "GET", "/me", **known).problem(401, "UNAUTHENTICATED")


def test_expired_credentials_are_nobody_s_before_their_rights_are_looked_at(personal):
    answer = send(personal, "GET", "/me", user=(41, "ada"), scopes="picks:read", expires_at="1")
    answer.problem(401, "UNAUTHENTICATED")


def test_an_answer_that_the_gateway_kept_from_the_authorizer_before_is_still_good(personal):
    known = {"user_id": "41", "username": "ada", "role": "user", "scopes": ""}
    answer = send(with_context(personal, known), "GET", "/me")
    assert (answer.status, answer.body["session"]) == (200, None)


def with_context(app: App, known: object) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    def resolve(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return app({**event, "requestContext": {**event["requestContext"], "authorizer": known}}, context)

    return resolve


@pytest.mark.parametrize(
    "context",
    [
        None,
        {},
        {"user_id": "41"},
        {"user_id": None, "username": "a", "role": "user"},
        {"user_id": "x", "username": "a", "role": "u"},
        {"user_id": "41", "username": "a", "role": "user", "session": "x"},
        {"user_id": "41", "username": "a", "role": "user", "session": 7},
        {"user_id": "41", "username": "a", "role": "user", "expires_at": "tomorrow"},
        {"user_id": "41", "username": "a", "role": "user", "expires_at": "nan"},
        {"user_id": "41", "username": "a", "role": "user", "expires_at": [1]},
    ],
)
def test_without_the_authorizer_s_word_nobody_is_let_in(personal, context):
    send(with_context(personal, context), "GET", "/me").problem(401, "UNAUTHENTICATED")


def test_a_header_is_no_proof_of_who_calls(personal):
    send(personal, "GET", "/me", headers={"user_id": "41", "x-user-id": "41"}).problem(401, "UNAUTHENTICATED")
