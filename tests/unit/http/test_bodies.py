"""Bodies: anything but one unambiguous JSON object of the declared type is refused with the matching status."""

import base64
import json
from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from pickvs.core.errors import RequestError
from pickvs.core.requests import RequestBody
from pickvs.http.app import App, create_app
from pickvs.http.body import MOST_BYTES, parse
from tests.support.gateway import send


class Note(RequestBody):
    text: str
    count: int = 0
    tags: Annotated[list[str], Field(default_factory=list)]


@pytest.fixture(scope="module")
def app() -> App:
    made = create_app()

    @made.post("/notes", status_code=201)
    def write_note(note: Note) -> dict[str, object]:
        return {"text": note.text, "count": note.count, "tags": note.tags}

    return made


def test_a_good_body_arrives(app):
    answer = send(app, "POST", "/notes", body={"text": "snö ☃", "count": 2, "tags": ["a", "b"]})
    assert (answer.status, answer.body) == (201, {"text": "snö ☃", "count": 2, "tags": ["a", "b"]})
    assert answer.headers["content-type"] == "application/json"


MALFORMED = {
    "no JSON": "text",
    "cut off": '{"text": "a"',
    "two values": '{"text": "a"} {"text": "b"}',
    "single quotes": "{'text': 'a'}",
    "a comma too many": '{"text": "a",}',
    "a comment": '{"text": "a" /* b */}',
    "white space only": "  ",
    "NaN": '{"text": "a", "count": NaN}',
    "infinity": '{"text": "a", "count": -Infinity}',
    "a float that would be infinite": '{"text": "a", "count": 1e999}',
    "a number of many digits": f'{{"text": "a", "count": {"9" * 5_000}}}',
    "nesting without end": "[" * 60_000,
    "nested objects without end": '{"a":' * 12_000,
    "a name that stands twice": '{"text": "a", "text": "b"}',
    "a name that stands twice, deeper": '{"text": "a", "other": [{"b": 1, "b": 1}]}',
    "a line break in a text": '{"text": "a\nb"}',
    "a NUL in a text": '{"text": "a\0b"}',
    "a byte order mark": '\ufeff{"text": "a"}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_not_json_is_400(app, body):
    problem = send(app, "POST", "/notes", raw_body=body).problem(400, "MALFORMED_JSON")
    assert [error["field"] for error in problem["errors"]] == ["body"]
    assert len(problem["errors"][0]["message"]) < 100


NO_OBJECT = {"null": "null", "text": '"a"', "number": "1", "true": "true", "list": "[]"}


@pytest.mark.parametrize("body", NO_OBJECT.values(), ids=NO_OBJECT.keys())
def test_json_that_is_no_object_is_422(app, body):
    answer = send(app, "POST", "/notes", raw_body=body)
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"body"}


def test_an_object_in_a_list_is_not_taken_for_the_object(app):
    answer = send(app, "POST", "/notes", body=[{"text": "a"}])
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"body"}


@pytest.mark.parametrize("body", [None, ""])
def test_no_body_is_422(app, body):
    answer = send(app, "POST", "/notes", raw_body=body)
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"body"}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"text"}),
        ({"text": None}, {"text"}),
        ({"text": 1}, {"text"}),
        ({"text": ["a"]}, {"text"}),
        ({"text": "a", "count": "1"}, {"count"}),
        ({"text": "a", "count": 1.5}, {"count"}),
        ({"text": "a", "count": 2.0**53 + 2}, {"count"}),
        ({"text": "a", "count": True}, {"count"}),
        ({"text": "a", "tags": "b"}, {"tags"}),
        ({"text": "a", "tags": ["b", 1, {}]}, {"tags[1]", "tags[2]"}),
        ({"text": "a", "extra": 1}, {"extra"}),
        ({"count": "x", "extra": 1}, {"text", "count", "extra"}),
    ],
)
def test_a_value_of_the_wrong_kind_is_422_and_named(app, body, fields):
    answer = send(app, "POST", "/notes", body=body)
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == fields


@pytest.mark.parametrize(
    "body",
    [{"text": "\ud83c"}, {"text": "a", "tags": ["b", "\udf00"]}, {"text": "a", "\ud800": 1}, {"text": "\udf00\ud83c"}],
)
def test_half_a_surrogate_pair_is_422(app, body):
    answer = send(app, "POST", "/notes", body=body)
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"body"}


def test_a_whole_surrogate_pair_is_a_character(app):
    assert send(app, "POST", "/notes", raw_body=r'{"text": "\ud83c\udf00"}').body["text"] == "🌀"


def test_the_values_are_not_repeated(app):
    answer = send(app, "POST", "/notes", body={"text": ["my secret"], "count": "my secret", "tags": "my secret"})
    assert "my secret" not in json.dumps(answer.body)


def test_a_body_that_is_wrong_in_many_places_gets_a_short_answer(app):
    answer = send(app, "POST", "/notes", body={"x" * 500 + str(n): 1 for n in range(100)})
    answer.problem(422, "INVALID_VALUE")
    assert len(answer.body["errors"]) == 50
    assert len(json.dumps(answer.body)) < 50_000


@pytest.mark.parametrize("letter", ["a", "é", "🌀"])
@pytest.mark.parametrize("encoded", [False, True])
def test_a_body_has_at_most_256_kb(app, letter, encoded):
    room = MOST_BYTES - len('{"text": ""}')
    for over in (0, 1):
        text = letter * (room // len(letter.encode()))
        text += "a" * (room - len(text.encode()) + over)
        body = json.dumps({"text": text}, ensure_ascii=False)
        assert len(body.encode()) == MOST_BYTES + over
        if encoded:
            answer = send_encoded(app, base64.b64encode(body.encode()).decode())
        else:
            answer = send(app, "POST", "/notes", raw_body=body)
        assert answer.status == (413 if over else 201)
    answer.problem(413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "Application/JSON", "application/json;v=1", None],
)
@pytest.mark.parametrize("header", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_json_may_be_declared_in_these_ways(app, content_type, header):
    answer = send(app, "POST", "/notes", body={"text": "a"}, headers={"Content-Type": None, header: content_type})
    assert answer.status == 201, answer.body


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=iso-8859-1",
        "application/jsonp",
        "application/vnd.api+json",
        "json",
        "",
    ],
)
@pytest.mark.parametrize("header", ["Content-Type", "content-type"])
def test_another_declared_type_is_415(app, content_type, header):
    headers = {"Content-Type": None, header: content_type}
    answer = send(app, "POST", "/notes", body={"text": "a"}, headers=headers)
    answer.problem(415, "UNSUPPORTED_MEDIA_TYPE")
    assert answer.fields() == {"Content-Type"}


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}])
def test_a_body_that_nothing_asks_for_is_not_read(headers):
    made = create_app()

    @made.get("/notes")
    def list_notes() -> dict[str, int]:
        return {"notes": 0}

    answer = send(made, "GET", "/notes", raw_body="no JSON", headers=headers)
    assert (answer.status, answer.body) == (200, {"notes": 0})


def send_encoded(app, body: str):
    return send(
        lambda event, context: app({**event, "isBase64Encoded": True}, context), "POST", "/notes", raw_body=body
    )


def test_a_base64_body_is_decoded(app):
    answer = send_encoded(app, base64.b64encode('{"text": "snö"}'.encode()).decode())
    assert (answer.status, answer.body["text"]) == (201, "snö")


@pytest.mark.parametrize("body", ["{}", "////", base64.b64encode(b'{"text": "\xff"}').decode(), "e30", "ü"])
def test_base64_that_is_no_text_is_400(app, body):
    send_encoded(app, body).problem(400, "MALFORMED_JSON")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@settings(max_examples=50)
@given(st.dictionaries(st.text(), JSON))
def test_every_json_object_is_read_as_python_reads_it(value):
    assert parse(json.dumps(value)) == value


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        parsed = parse(text)
    except RequestError:
        return
    assert parsed == json.loads(text)
