"""Invitation codes as they are written, sent and stored, and the bodies that carry names and codes."""

import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pickvs.groups.requests import Invitation, Successor, WantedGroup
from pickvs.groups.rules import ALPHABET, CODE_LENGTH, read_code, write_code

codes = st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


def test_a_code_cannot_be_guessed() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert CODE_LENGTH * math.log2(len(ALPHABET)) >= 60


@given(code=codes, data=st.data())
def test_a_code_is_read_however_it_is_written(code: str, data: st.DataObject) -> None:
    alike = {"0": "0Oo", "1": "1IiLl"}
    sent = "".join(
        data.draw(st.sampled_from(alike.get(letter, letter + letter.lower())))
        + data.draw(st.sampled_from(["", "-", " "]))
        for letter in code
    )
    link = data.draw(st.sampled_from(["", "#", "https://pickvs.example/groups/join#", "/groups/join?x=#1#"]))
    assert Invitation(code=link + sent).code == code


@given(codes)
def test_what_people_are_shown_is_what_is_stored(code: str) -> None:
    written = write_code(code)
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", written)
    assert read_code(written) == code


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "-",
        "4F7K9QXM2TZ",  # one too few
        "4F7K9QXM2TZCC",
        "4F7K9QXM2TZU",  # no letter of the alphabet
        "4F7K_9QXM_2TZC",
        "4F7K9QXM2TZ\u0130",
        "4F7K9QXM2T\u017fC",  # upper case makes an S of it
        "\uff14F7K9QXM2TZC",
        "4F7K9QXM2TZC\n",
        "4F7K9QXM2TZC\0",
        "4F7K9QXM2TZC#",
        "https://pickvs.example/groups/join/4F7K9QXM2TZC",
        "x" * 500 + "#4F7K9QXM2TZC",
        7,
        None,
        ["4F7K9QXM2TZC"],
    ],
)
def test_what_is_no_code_is_refused_without_repeating_it(sent: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        Invitation.model_validate({"code": sent})
    [error] = refused.value.errors(include_url=False)
    assert error["loc"] == ("code",)
    if isinstance(sent, str) and len(sent) > 2:
        assert sent not in error["msg"]


def test_a_code_is_not_in_the_text_of_its_request() -> None:
    assert "4F7K" not in repr(Invitation(code="4F7K9QXM2TZC"))


@pytest.mark.parametrize("name", ["x" * 60, "7", "ключ № 1", "🏀" * 60, "a  b", "<script>"])
def test_a_name_is_any_line(name: str) -> None:
    assert WantedGroup(name=name).name == name


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 61, " x", "x ", "\u00a0x", "two\nlines", "nul\0", "a\u202eb", "tab\tbed", "\x7f", 7, None]
)
def test_what_is_no_name_is_refused(name: Any) -> None:
    with pytest.raises(ValidationError):
        WantedGroup.model_validate({"name": name})


@pytest.mark.parametrize("body", [{}, {"username": "ab"}, {"username": "a b c"}, {"username": "ada", "user_id": 7}])
def test_a_successor_is_named_by_a_username_alone(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Successor.model_validate(body)
