"""Parameters: how text in a URL is parsed, and what the error says was expected."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.core.types import Moment
from pickvs.http.app import App, create_app
from pickvs.http.paging import span_end, span_start
from pickvs.http.parameters import Header, Identifier, Path, Query
from tests.support.gateway import LambdaContext, proxy_event, send

type Colour = Literal["red", "green"]
KEY = r"^[\x20-\x7e]{1,9}$"


@pytest.fixture(scope="module")
def app() -> App:
    made = create_app()

    @made.get("/things/<thing_id>/<name>")
    def show_thing(
        thing_id: Identifier,
        name: Annotated[str, Path(min_length=2, max_length=5, pattern="^[a-z]+$")],
        at: Annotated[Moment | None, span_start("Seen")] = None,
        until: Annotated[Moment | None, span_end("Seen")] = None,
        colour: Annotated[Colour | None, Query()] = None,
        text: Annotated[str | None, Query(min_length=1)] = None,
        key: Annotated[str | None, Header(alias="Some-Key", pattern=KEY, words="must be printable ASCII")] = None,
    ) -> dict[str, Any]:
        return {"id": thing_id, "name": name, "at": at, "until": until, "colour": colour, "text": text, "key": key}

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
    ["", "1773529800", "1e-5", "1773529800e-0", "-1", "2026-02-30", "2026-3-14", "20260314",
     "2026-W11-6", "0000-01-01", "2026-03-14Z", "2026-03-14T23:10:00", "20260314T231000Z",
     "2026-W11-6T23:10:00Z", "2026-02-30T00:00:00Z", "2026-03-14T25:00:00Z", "0001-01-01T00:00:00+14:00",
     "2026-03-14T23:10:00 02:00", "٢٠٢٦-03-14T23:10:00Z", "2026-03-14T23:10:00Z\n"],
)  # fmt: skip
def test_what_is_no_moment_is_422(app, text):
    answer = send(app, "GET", "/things/1/ab", query={"from": text})
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"from"}
    [error] = answer.body["errors"]
    assert error["message"] == (
        "must be a date and time with a time zone in RFC 3339 format, such as 2026-03-14T23:10:00Z, "
        "or a date, such as 2026-03-14"
    )


@given(st.dates())
def test_a_date_is_the_start_of_its_day_and_as_an_end_includes_it(app, day):
    answer = send(app, "GET", "/things/1/ab", query={"from": day.isoformat(), "to": day.isoformat()})
    start, end = (datetime.fromisoformat(answer.body[name]) for name in ("at", "until"))
    assert start == datetime(day.year, day.month, day.day, tzinfo=UTC)
    whole = timedelta(days=1) if day < date.max else timedelta(days=1, microseconds=-1)
    assert end - start == whole


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_is_itself_as_a_start_and_as_an_end(app, moment):
    answer = send(app, "GET", "/things/1/ab", query={"from": moment.isoformat(), "to": moment.isoformat()})
    assert {datetime.fromisoformat(answer.body[name]) for name in ("at", "until")} == {moment}


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
        "thing_id": f"must be a whole number from 1 to {2**63 - 1}",
        "name": "must have at least 2 characters",
        "colour": "must be one of: red, green",
        "text": "must not be empty",
        "Some-Key": "must be printable ASCII",
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


@pytest.mark.parametrize("sent", ["abc", "%61bc", "a%62%63"])
def test_a_path_is_decoded_once(app, sent):
    assert send(app, "GET", f"/things/%31/{sent}").body["name"] == "abc"


@pytest.mark.parametrize("sent", ["%2561b", "a%00b", "a%2Fb", "a%FFb", "a%0A"])
def test_a_decoded_path_keeps_its_pattern(app, sent):
    assert send(app, "GET", f"/things/1/{sent}").status == 422
