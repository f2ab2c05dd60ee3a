"""Answers with a version: for their reader alone, and not sent again to who has them."""

import re
from typing import Any

import pytest

from pickvs.core.errors import NotFound
from pickvs.core.types import ResponseBody
from pickvs.core.versions import Versioned
from pickvs.http.answers import Answer
from pickvs.http.app import App, create_app
from pickvs.http.correlation import CORRELATION_ID_HEADER
from pickvs.http.versions import KnownVersions, versioned_answer
from tests.support import gateway


class Board(ResponseBody):
    number: int


class Reads:
    """A read of a number with a version, which counts how often it was built."""

    def __init__(self) -> None:
        self.version, self.built = 1, 0
        self.app: App = create_app(versioned=True)

        @self.app.get("/board")
        def show_board(known: KnownVersions) -> Answer[Board]:
            if self.version < 0:
                raise NotFound("NO_BOARD", "There is none.")
            version = f"7.{self.version}"
            if known(version):
                return versioned_answer(Versioned(version, 30, None))
            self.built += 1
            return versioned_answer(Versioned(version, 30, Board(self.version)))

    def send(self, known: str | None = None, **headers: str) -> gateway.Answer:
        sent = headers if known is None else {**headers, "If-None-Match": known}
        return gateway.send(self.app, "GET", "/board", headers=sent)


@pytest.fixture
def reads() -> Reads:
    return Reads()


def test_an_answer_names_its_version_and_is_kept_by_its_reader_alone(reads: Reads) -> None:
    answer = reads.send()
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, {"number": 1}, '"7.1"')
    assert answer.headers["cache-control"] == "private, max-age=30"
    assert answer.headers["vary"] == "Authorization"
    assert CORRELATION_ID_HEADER.lower() not in answer.headers


@pytest.mark.parametrize("known", ['"7.1"', 'W/"7.1"', '"7.0", "7.1"', "*"])
def test_who_has_the_version_gets_304_and_nothing_is_built(reads: Reads, known: str) -> None:
    answer = reads.send(known)
    assert (answer.status, answer.body, answer.headers["etag"], reads.built) == (304, None, '"7.1"', 0)
    assert answer.headers["cache-control"] == "private, max-age=30"
    assert "content-type" not in answer.headers


def test_who_has_another_version_gets_this_one(reads: Reads) -> None:
    old = reads.send().headers["etag"]
    reads.version = 2
    answer = reads.send(old)
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, {"number": 2}, '"7.2"')


def test_an_error_is_kept_by_nobody(reads: Reads) -> None:
    reads.version = -1
    answer = reads.send("*")
    answer.problem(404, "NO_BOARD")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_pages_of_one_origin_are_told_apart_as_well(reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_ORIGIN", "https://pickvs.example")
    assert re.split(", *", reads.send().headers["vary"]) == ["Authorization", "Origin"]


def test_patch_is_a_method_like_the_others() -> None:
    app = create_app()

    @app.patch("/board")
    def change_board() -> dict[str, Any]:
        return {"changed": True}

    assert gateway.send(app, "PATCH", "/board").body == {"changed": True}
    gateway.send(app, "PUT", "/board").problem(404, "NOT_FOUND")
