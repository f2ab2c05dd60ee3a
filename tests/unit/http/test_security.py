"""Security headers that every answer carries."""

from typing import Annotated

import pytest

from pickvs.core import errors
from pickvs.http.answers import Answer
from pickvs.http.app import App, create_app
from pickvs.http.parameters import Query
from pickvs.http.security import SECURITY_HEADERS
from tests.support.gateway import send

Fails = Annotated[str | None, Query()]


@pytest.fixture
def app() -> App:
    made = create_app(max_age=30)

    @made.get("/things")
    def list_things(fail: Fails = None) -> dict[str, int]:
        if fail:
            raise errors.TooManyRequests("Wait.", retry_after=17)
        return {}

    @made.get("/broken")
    def break_down() -> dict[str, int]:
        raise RuntimeError

    @made.get("/page")
    def show_page() -> Answer[str]:
        return Answer(200, "text/html", "<p>", {"Content-Security-Policy": "default-src 'self'"})

    return made


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/things", None, 200),
        ("/things", {"fail": "true"}, 429),
        ("/things", {"unknown": "1"}, 422),
        ("/others", None, 404),
        ("/broken", None, 500),
    ],
)
def test_every_answer_is_careful(app, path, query, status):
    answer = send(app, "GET", path, query=query)
    assert answer.status == status
    assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_nothing_new_is_as_careful(app):
    tag = send(app, "GET", "/things").headers["etag"]
    answer = send(app, "GET", "/things", headers={"If-None-Match": tag})
    assert answer.status == 304
    assert {name.lower() for name in SECURITY_HEADERS} <= set(answer.headers)


def test_a_page_keeps_its_own_policy(app):
    headers = send(app, "GET", "/page").headers
    assert headers["content-security-policy"] == "default-src 'self'"
    assert headers["x-content-type-options"] == "nosniff"
