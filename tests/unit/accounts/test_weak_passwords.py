"""Passwords that are too easy to guess are refused, and the list of common ones loads only where one is set."""

import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pickvs.accounts.requests import Registration
from pickvs.accounts.rules import PASSWORD_MAX, PASSWORD_MIN
from pickvs.accounts.weak_passwords import checks
from pickvs.accounts.weak_passwords.checks import refuse_weak
from pickvs.accounts.weak_passwords.rules import folded

COMMON = Path(checks.__file__).with_name("common.txt").read_text(encoding="utf-8").splitlines()
ADA = {"username": "Ada_Lovelace", "email": "ada.l1815@Example-Mail.com"}


def refusal(password: str, **who: str) -> str:
    with pytest.raises(ValueError, match="choose another") as caught:
        refuse_weak(password, **(ADA | who))
    return str(caught.value)


def test_the_list_is_of_passwords_that_the_length_lets_through() -> None:
    assert len(COMMON) == len(set(COMMON)) > 10_000
    assert sorted(COMMON) == COMMON
    assert all(PASSWORD_MIN <= len(each) <= PASSWORD_MAX and each == folded(each).strip() for each in COMMON)


@pytest.mark.parametrize(
    "password",
    ["password", "12345678", "qwertyuiop", "iloveyou", "trustno1", "password1", "1q2w3e4r", "00000000", "01011980"],
)
def test_the_best_known_are_on_it(password: str) -> None:
    assert "most common" in refusal(password)


@given(st.sampled_from(COMMON), st.randoms(use_true_random=False), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_a_common_password_is_refused_in_any_case_and_form(password, random, form) -> None:
    typed = "".join(random.choice([str.upper, str.lower])(character) for character in password)
    wide = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in typed)
    for text in (typed, unicodedata.normalize(form, typed), wide):
        assert "most common" in refusal(text, username="", email="")


@pytest.mark.parametrize(
    "password",
    [
        "Ada_Lovelace",
        "ada_lovelace",
        "ADALOVELACE",
        "ada-lovelace1815",
        "Ada Lovelace 99",
        "adalovelace!2026",
        "ada.l1815@example-mail.com",
        "ADA.L1815@EXAMPLE-MAIL.COM1",
        "ada.l1815",
        "ADAL1234567",
        "example-mail.com",
        "examplemailcom7",
        "Ａｄａ＿Ｌｏｖｅｌａｃｅ",
        "1815ada_lovelace",
        "ádalovelace",
        "adalovelace\N{ARABIC-INDIC DIGIT ONE}",
        "lovelace",
        "adal",
    ],
)
def test_one_s_own_name_and_address_are_refused(password: str) -> None:
    assert "username or e-mail address" in refusal(password)


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "lovelace of ada", "ada_lovelace_x", " " * 8, "--------", "98761234", "🌀" * 8],
)
def test_another_one_is_taken(password: str) -> None:
    refuse_weak(password, **ADA)
    refuse_weak(password, username="", email="")
    refuse_weak(password, username="12345", email="7@99.example")


@given(st.text(min_size=3, max_size=30, alphabet="abcXYZ019_-"), st.text(max_size=6, alphabet="0123456789"))
def test_no_name_with_digits_after_it_is_a_password(username: str, digits: str) -> None:
    assert "choose another" in refusal(username + digits, username=username) if username.strip("0123456789_-") else True
    assert "choose another" in refusal(username.swapcase(), username=username)


@pytest.mark.parametrize(
    "password",
    [
        "password\N{ZERO WIDTH SPACE}",
        "pass\N{SOFT HYPHEN}word",
        " Password ",
        "pàssword",
        "12345678\N{ZERO WIDTH JOINER}",
        "pass\x7fword",
        "\N{DOUBLE-STRUCK CAPITAL P}assword",
        "".join(chr(0x660 + digit) for digit in range(1, 9)),
    ],
)
def test_what_nobody_sees_makes_no_other_password(password: str) -> None:
    assert "most common" in refusal(password)


def test_a_mailbox_s_tag_makes_no_other_address() -> None:
    assert "e-mail address" in refusal("countess.lovelace", email="countess.lovelace+pickvs@example.com")


@pytest.mark.parametrize("password", ["Password1", "Ada_Lovelace-1"])
def test_a_registration_with_one_is_refused_at_its_password_alone(password: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Registration.model_validate({**ADA, "password": password})
    assert [each["loc"] for each in caught.value.errors()] == [("password",)]
    assert password not in str([each["msg"] for each in caught.value.errors()])


def test_the_list_is_read_only_where_a_password_is_set() -> None:
    read = "'pickvs.accounts.weak_passwords.checks' in sys.modules"
    code = f"""
import sys
from pickvs.accounts.requests import Credentials, Registration, Renewal
Credentials(email="ada@example.com", password="a password")
Renewal(refresh_token="a")
print({read})
Registration(username="ada", email="ada@example.com", password="a password of mine")
print({read})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["False", "True"]
