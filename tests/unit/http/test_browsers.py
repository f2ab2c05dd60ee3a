"""Which origins may read an answer in a browser."""

from typing import Annotated

import pytest

from pickvs.core import errors
from pickvs.http.app import App, create_app
from pickvs.http.parameters import Query
from tests.support.gateway import send

Fails = Annotated[str | None, Query()]


@pytest.fixture
def app() -> App:
    made = create_app()

    @made.get("/things")
    def list_things(fail: Fails = None) -> dict[str, int]:
        if fail:
            raise errors.TooManyRequests("Wait.", retry_after=17)
        return {}

    return made


REQUESTS = [
    ("GET", "/things", None, 200),
    ("GET", "/things", {"fail": "true"}, 429),
    ("GET", "/things", {"unknown": "1"}, 422),
    ("GET", "/others", None, 404),
]


@pytest.mark.parametrize(("method", "path", "query", "status"), REQUESTS)
@pytest.mark.parametrize(("origin", "vary"), [("*", None), ("https://pickvs.example", "Origin")])
def test_every_answer_may_be_read_by_the_pages_of_the_origin(
    app, monkeypatch, origin, vary, method, path, query, status
):
    monkeypatch.setenv("WEB_ORIGIN", origin)
    answer = send(app, method, path, query=query, headers={"Origin": "https://elsewhere.example"})
    assert answer.status == status
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers.get("vary") == vary
    assert "access-control-allow-credentials" not in answer.headers
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    wanted = {"X-Request-Id", "X-Correlation-Id", "X-Next-Cursor", "ETag", "Retry-After", "X-RateLimit-Remaining"}
    assert wanted <= set(exposed)


@pytest.mark.parametrize(("method", "path", "query", "status"), REQUESTS)
def test_without_an_origin_no_page_may(app, monkeypatch, method, path, query, status):
    monkeypatch.delenv("WEB_ORIGIN", raising=False)
    answer = send(app, method, path, query=query, headers={"Origin": "https://elsewhere.example"})
    assert answer.status == status
    assert not {name for name in answer.headers if name.startswith("access-control") or name == "vary"}
