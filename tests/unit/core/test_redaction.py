"""Secrets never reach a log line: not in a message, field, persistent key, exception or traceback."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.core import redaction
from pickvs.core.logging import logger
from pickvs.core.redaction import hide, redact
from tests.support.logs import logged

KEY = "pvk_Zx3-_b7Qk2vX9pL0wJalrXUtnFEMIK7MDENGbPxRfiCY"
JWT = "eyJhbGciOiJIUzI1NiIsImtpZCI6ImEifQ.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ"


@pytest.fixture
def lines(monkeypatch):
    """Return the logger's output, parsed line by line."""
    monkeypatch.setattr(redaction, "_hidden", set())
    with logged() as lines:
        yield lines


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (
            "GET https://api.example.com/v4?apiKey=abc123&regions=us",
            "GET https://api.example.com/v4?apiKey=***&regions=us",
        ),
        ("api_key=abc123", "api_key=***"),
        ('{"password": "correct horse battery", "email": "a@b.co"}', '{"password": "***", "email": "a@b.co"}'),
        (r'{"password": "with \" a quote", "n": 1}', '{"password": "***", "n": 1}'),
        (r'"{\"password\": \"hunter two\", \"n\": 1}"', r'"{\"password\": \"***\", \"n\": 1}"'),
        ('{"password": "cut off in the mid', '{"password": "***"'),
        ("{'refresh_token': 'abc def'}", "{'refresh_token': '***'}"),
        ("password_hash=abc", "password_hash=***"),
        ("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA is stored", "$argon2*** is stored"),
        ("current_key: abcdef", "current_key: ***"),
        ("postgresql://user:p%40ss@db.example.com:5432/pickvs", "postgresql://user:***@db.example.com:5432/pickvs"),
        ("postgres://user:p@ss/word@db/pickvs", "postgres://user:***@db/pickvs"),
        ("Authorization: Bearer abc.def", "Authorization: ***"),
        (
            "DETAIL:  Failing row contains (1, ada, ada@example.com, f(x)).\nCONTEXT: a function",
            "DETAIL:  Failing row contains (***\nCONTEXT: a function",
        ),
        (
            "DETAIL:  Key (lower(email))=(ada@example.com) already exists.",
            "DETAIL:  Key (lower(email))=(***",
        ),
        ("sent Bearer abc.def today", "sent Bearer *** today"),
        (f"the token {JWT} is old", "the token eyJ*** is old"),
        (f"sent {KEY} today", "sent pvk_*** today"),
        (f"Authorization: Bearer {KEY}", "Authorization: ***"),
        (rf'"a line\n{KEY}\n"', r'"a line\npvk_***\n"'),
        (f"https://api.example.com/{KEY}/x", "https://api.example.com/pvk_***/x"),
        (f"made the key {KEY[:12]}", "made the key pvk_Zx3-_b7Q"),
        ("token refused: expired", "token refused: expired"),
        ("the secret pickvs/dev/odds-api cannot be read", "the secret pickvs/dev/odds-api cannot be read"),
        ("nothing of that kind", "nothing of that kind"),
    ],
)
def test_a_text_loses_what_is_secret_and_keeps_the_rest(text, redacted):
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "piece",
    [
        "token",
        "token ",
        "eyJ",
        "-eyJ",
        "eyJhbGci.",
        "postgres://a:",
        "pvk_",
        "pvk_abc ",
        "Bearer ",
        "\\",
        "password\\",
        "secret='",
        "$argon2",
        "Failing row contains (",
        "Key (a)=(",
        "Key (",
    ],
)
def test_a_long_text_takes_no_long_time(piece):
    started = time.perf_counter()
    redact(piece * (400_000 // len(piece)))
    assert time.perf_counter() - started < 5


def test_a_value_that_was_read_as_a_secret_is_hidden_wherever_it_stands(monkeypatch):
    monkeypatch.setattr(redaction, "_hidden", set())
    hide("s3cr3t/value+1")
    assert redact("failed at s3cr3t/value+1!") == "failed at ***!"
    assert redact("GET /?q=s3cr3t%2Fvalue%2B1") == "GET /?q=***"


def test_a_value_too_short_to_be_told_from_words_is_not_hidden(monkeypatch):
    monkeypatch.setattr(redaction, "_hidden", set())
    hide("game")
    assert redact("the game is on") == "the game is on"


SECRET = "wJalrXUtnFEMI-K7MDENG-bPxRfiCY"


def refuse(password: str) -> None:
    error = ValueError(f"cannot use {password=}")
    error.add_note(f"token={password}")
    raise error


def fail() -> None:
    try:
        refuse(SECRET)
    except ValueError as error:
        raise RuntimeError(f"Bearer {SECRET}") from error


WRITERS = {
    "message": lambda: logger().info(f"apiKey={SECRET}"),
    "message with arguments": lambda: logger().warning("apiKey=%s", SECRET),
    "message that is an object": lambda: logger().info({"password": SECRET, "n": 1}),
    "message that is JSON": lambda: logger().info(json.dumps({"outer": {"token": f"a b {SECRET}"}})),
    "extra field by its name": lambda: logger().info("sent", extra={"api_key": SECRET}),
    "keyword field by its name": lambda: logger().info("sent", password=SECRET),
    "field within fields": lambda: logger().info("sent", extra={"request": {"headers": [{"Authorization": SECRET}]}}),
    "field with everything in it": lambda: logger().info("sent", extra={"secrets": {"a": [SECRET]}}),
    "field by its shape": lambda: logger().info("sent", extra={"url": f"postgresql://user:{SECRET}@host/db"}),
    "bytes": lambda: logger().info("sent", extra={"body": f'{{"password": "{SECRET}"}}'.encode()}),
    "an error in a field": lambda: logger().info("sent", extra={"error": ValueError(f"token={SECRET}")}),
    "a key of a field": lambda: logger().info("sent", extra={"counts": {f"apiKey={SECRET}": 1}}),
    "an error": lambda: logger().error("failed", exc_info=ValueError(f"secret={SECRET}")),
}


@pytest.mark.parametrize("where", WRITERS)
def test_no_line_carries_a_secret(lines, where):
    WRITERS[where]()
    [line] = lines()
    assert SECRET not in json.dumps(line)
    assert "***" in json.dumps(line)


def test_nor_does_an_error_with_its_cause_and_notes(lines):
    try:
        fail()
    except RuntimeError:
        logger().exception("failed")
    [line] = lines()
    assert SECRET not in json.dumps(line)
    assert line["exception_name"] == "RuntimeError"
    assert "ValueError: cannot use password='***'" in line["exception"]
    assert line["stack_trace"]["value"] == "Bearer ***"


def test_nor_does_a_key_that_stays(lines):
    logger().append_keys(session={"token": SECRET})
    try:
        logger().info("sent")
    finally:
        logger().remove_keys(["session"])
    assert lines()[0]["session"] == {"token": "***"}


def test_a_hidden_value_is_taken_out_whatever_it_is_called(lines):
    hide(SECRET)
    logger().info(f"it was {SECRET}", note=f"<{SECRET}>", listed=(SECRET,))
    [line] = lines()
    assert (line["message"], line["note"], line["listed"]) == ("it was ***", "<***>", ["***"])


def test_what_is_not_secret_stays_as_it_is(lines):
    logger().info("stored %d odds", 12, extra={"counts": {"odds": 12, "ratio": 0.5, "done": True, "none": None}})
    [line] = lines()
    assert line["message"] == "stored 12 odds"
    assert line["counts"] == {"odds": 12, "ratio": 0.5, "done": True, "none": None}
    assert line["level"] == "INFO"
    assert line["timestamp"].endswith("+00:00")


@given(st.text())
def test_redaction_takes_any_text(text):
    assert redact(redact(text)) == redact(text)


@given(
    st.text(alphabet=st.characters(exclude_characters="\\"), min_size=12),
    st.sampled_from(["password", "api_key", "refresh_token"]),
)
def test_a_quoted_value_goes_as_a_whole(value, name):
    assert redact(json.dumps({name: value, "n": 1}, ensure_ascii=False)) == f'{{"{name}": "***", "n": 1}}'
