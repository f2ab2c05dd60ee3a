"""Parameters: how text in a URL is parsed, and what the error says was expected."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import pytest

from pickvs.core.types import Moment
from pickvs.http.app import App, create_app
from pickvs.http.parameters import Header, Identifier, Path, Query
from tests.support.gateway import LambdaContext, proxy_event, send

type Colour = Literal["red", "green"]


@pytest.fixture(scope="module")
def app() -> App:
    made = create_app()

    @made.get("/things/<thing_id>/<name>")
    def show_thing(
        thing_id: Identifier,
        name: Annotated[str, Path(min_length=2, max_length=5, pattern="^[a-z]+$")],
        at: Annotated[Moment | None, Query(alias="from")] = None,
        colour: Annotated[Colour | None, Query()] = None,
        text: Annotated[str | None, Query(min_length=1)] = None,
        key: Annotated[str | None, Header(alias="Some-Key", pattern=r"^[\x20-\x7e]{1,9}$")] = None,
    ) -> dict[str, Any]:
        return {"id": thing_id, "name": name, "at": at, "colour": colour, "text": text, "key": key}

    return made


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-14T23:10:00Z", datetime(2026, 3, 14, 23, 10, tzinfo=UTC)),
        ("2026-03-14t23:10:00.5z", datetime(2026, 3, 14, 23, 10, 0, 500_000, tzinfo=UTC)),
        ("2026-03-14T23:10Z", datetime(2026, 3, 14, 23, 10, tzinfo=UTC)),
        ("2026-03-15 01:10:00+02:00", datetime(2026, 3, 14, 23, 10, tzinfo=UTC)),
        ("2026-03-14T23:10:00.999999999Z", datetime(2026, 3, 14, 23, 10, 0, 999_999, tzinfo=UTC)),
    ],
)
def test_a_moment_is_in_utc(app, text, moment):
    at = send(app, "GET", "/things/1/ab", query={"from": text}).body["at"]
    assert datetime.fromisoformat(at) == moment
    assert at.endswith("Z")


@pytest.mark.parametrize(
    "text",
    ["", "1773529800", "1e-5", "1773529800e-0", "-1", "2026-03-14", "2026-03-14T23:10:00", "20260314T231000Z",
     "2026-W11-6T23:10:00Z", "2026-02-30T00:00:00Z", "2026-03-14T25:00:00Z", "0001-01-01T00:00:00+14:00",
     "2026-03-14T23:10:00 02:00", "٢٠٢٦-03-14T23:10:00Z", "2026-03-14T23:10:00Z\n"],
)  # fmt: skip
def test_what_is_no_moment_is_422(app, text):
    answer = send(app, "GET", "/things/1/ab", query={"from": text})
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"from"}
    assert "RFC 3339" in answer.body["errors"][0]["message"]


@pytest.mark.parametrize("text", ["1", "001", str(2**63 - 1)])
def test_an_id_is_a_whole_number(app, text):
    assert send(app, "GET", f"/things/{text}/ab").body["id"] == int(text)


@pytest.mark.parametrize("text", ["0", "-1", "+1", "1.0", "1e2", "1_0", " 1", "٣", "x", str(2**63), "9" * 5_000])
def test_what_is_no_id_is_422(app, text):
    answer = send(app, "GET", f"/things/{text}/ab")
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"thing_id"}


@pytest.mark.parametrize("text", ["a", "abcdef", "ab\n", "aB", "a1"])
def test_a_pattern_is_for_the_whole_text(app, text):
    answer = send(app, "GET", f"/things/1/{text}")
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"name"}


def test_everything_that_is_wrong_is_said_at_once(app):
    answer = send(app, "GET", "/things/0/a", query={"colour": "blue", "text": ""}, headers={"Some-Key": "ü"})
    answer.problem(422, "INVALID_VALUE")
    said = {error["field"]: error["message"] for error in answer.body["errors"]}
    assert said == {
        "thing_id": f"a whole number from 1 to {2**63 - 1}",
        "name": "has fewer than 2 characters",
        "colour": "one of: red, green",
        "text": "is empty",
        "Some-Key": r"does not match ^[\x20-\x7e]{1,9}$",
    }


@pytest.mark.parametrize("name", ["Some-Key", "some-key", "SOME-KEY"])
def test_a_header_s_case_does_not_matter(app, name):
    assert send(app, "GET", "/things/1/ab", headers={name: "a key"}).body["key"] == "a key"


@pytest.mark.parametrize("text", ["\0", "\ud800", "a\udfffb"])
def test_what_no_text_in_the_database_can_hold_is_422(app, text):
    answer = send(app, "GET", "/things/1/ab", query={"text": text})
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"text"}


def test_an_unknown_name_that_is_no_unicode_is_422(app):
    answer = send(app, "GET", "/things/1/ab", query={"\ud800": "1"})
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"?"}


@pytest.mark.parametrize("texts", [None, [], [None]])
def test_what_is_named_and_not_given_is_absent(app, texts):
    event = proxy_event("GET", "/things/1/ab")
    assert app({**event, "multiValueQueryStringParameters": {"text": texts}}, LambdaContext())["statusCode"] == 200
    assert app({**event, "multiValueHeaders": {"Some-Key": texts}}, LambdaContext())["statusCode"] == 200


@pytest.mark.parametrize("path", ["/things/1", "/things/1/ab/c", "/things//ab", "/api/things", "/thing/1/ab"])
def test_another_path_is_404(app, path):
    send(app, "GET", path).problem(404, "NOT_FOUND")
