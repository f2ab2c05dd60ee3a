"""Public answers: cached for a while, then revalidated. All other answers are never cached."""

import re

import pytest

from pickvs.core import errors
from pickvs.http.app import App, create_app
from pickvs.http.csv_answer import csv_answer
from pickvs.http.security import SECURITY_HEADERS
from tests.support.gateway import Answer, LambdaContext, proxy_event, send


class Counter:
    """A public read of a number that the test sets."""

    def __init__(self) -> None:
        self.number = 1
        self.app: App = create_app(max_age=30)

        @self.app.get("/numbers")
        def show_number() -> dict[str, int]:
            if self.number < 0:
                raise errors.NotFound("NO_NUMBER", "There is none.")
            return {"number": self.number}

    def read(self, known: str | None = None, **headers: str) -> Answer:
        sent = headers if known is None else {**headers, "If-None-Match": known}
        return send(self.app, "GET", "/numbers", headers=sent)


@pytest.fixture
def counter() -> Counter:
    return Counter()


def test_a_good_answer_has_a_strong_tag_and_may_be_kept(counter):
    answer = counter.read()
    assert (answer.status, answer.body) == (200, {"number": 1})
    assert answer.headers["cache-control"] == "public, max-age=30"
    assert re.fullmatch(r'"[\w-]{22}"', answer.headers["etag"])


def test_the_tag_is_that_of_the_body(counter):
    first = counter.read().headers["etag"]
    assert counter.read().headers["etag"] == first
    counter.number = 2
    assert counter.read().headers["etag"] != first
    counter.number = 1
    assert counter.read().headers["etag"] == first


def test_who_asks_changes_nothing(counter):
    assert counter.read(Authorization="Bearer x") == counter.read()


@pytest.mark.parametrize(
    "known", ["TAG", "W/TAG", '"a", TAG', '"a,b" , W/"c",TAG', "*", " * ", "TAG,", '"a",W/TAG,"b"']
)
def test_who_has_it_already_gets_nothing_again(counter, known):
    tag = counter.read().headers["etag"]
    event = proxy_event("GET", "/numbers", headers={"if-none-match": known.replace("TAG", tag)})
    answer = counter.app(event, LambdaContext())
    assert (answer["statusCode"], answer["body"]) == (304, "")
    headers = {name: value for name, [value] in answer["multiValueHeaders"].items()}
    assert headers == {
        "ETag": tag,
        "Cache-Control": "public, max-age=30",
        "X-Request-Id": "7f4a1c1e-0000-4000-8000-000000000001",
        **SECURITY_HEADERS,
    }


def test_several_fields_are_one_list(counter):
    tag = counter.read().headers["etag"]
    event = proxy_event("GET", "/numbers")
    event["multiValueHeaders"]["IF-NONE-MATCH"] = ['"a"', tag]
    assert counter.app(event, LambdaContext())["statusCode"] == 304


@pytest.mark.parametrize("known", ['"a"', "TAG-without-quotes", "", '"', '"*"', "* , TAG", 'x"TAG', "é"])
def test_who_has_something_else_gets_it(counter, known):
    tag = counter.read().headers["etag"]
    answer = counter.read(known.replace("TAG", tag.strip('"')))
    assert (answer.status, answer.body) == (200, {"number": 1})


def test_who_has_an_old_one_gets_the_new_one(counter):
    old = counter.read().headers["etag"]
    counter.number = 2
    answer = counter.read(old)
    assert (answer.status, answer.body) == (200, {"number": 2})


def test_an_error_is_kept_by_nobody_and_is_never_304(counter):
    counter.number = -1
    for known in (None, "*"):
        answer = counter.read(known)
        answer.problem(404, "NO_NUMBER")
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


def test_what_is_somebodys_own_is_kept_by_nobody():
    app = create_app()

    @app.get("/mine")
    def show_mine() -> dict[str, int]:
        return {"number": 1}

    answer = send(app, "GET", "/mine", headers={"If-None-Match": "*"})
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in answer.headers


def test_a_table_s_tag_is_also_that_of_the_way_on():
    """Grading an earlier game gives the page a successor without changing its content."""
    pages = {"last": csv_answer("a,b\r\n", next_cursor=None, name="picks.csv")}
    pages["not last"] = csv_answer("a,b\r\n", next_cursor="next", name="picks.csv")
    tags = {}
    for name, page in pages.items():
        app = create_app(max_age=60)
        app.get("/table")(lambda: page)  # noqa: B023
        tags[name] = send(app, "GET", "/table").headers["etag"]
        kept = send(app, "GET", "/table", headers={"If-None-Match": tags[name]})
        assert (kept.status, kept.body) == (304, None)
        assert "content-disposition" not in kept.headers
    assert tags["last"] != tags["not last"]
