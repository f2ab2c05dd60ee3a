"""How spellings are compared."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.sports.teams.rules import normalised

NAMES = st.text(st.characters(codec="utf-8"), max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Montréal Canadiens", "MONTREAL  canadiens"),
        ("St. Louis Blues", "St Louis Blues"),
        ("Bodø/Glimt", "Bodo Glimt"),
        ("İstanbul Başakşehir", "istanbul basaksehir"),
        ("Kasımpaşa", "KASIMPASA"),
        ("Preußen Münster", "preussen munster"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER L}\N{FULLWIDTH LATIN CAPITAL LETTER A} Galaxy", "LA Galaxy"),
        ("Texas A&M", "texas am"),
    ],
)
def test_spellings_of_one_name_are_equal(one: str, other: str) -> None:
    assert normalised(one) == normalised(other) != ""


@given(NAMES)
def test_only_letters_and_digits_count_in_any_unicode_form(name: str) -> None:
    normal = normalised(name)
    assert normal == normalised(normal)
    assert not normal or normal.isalnum()
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert normalised(unicodedata.normalize(form, name)) == normal
    assert normalised(f" -{name.casefold()}\N{RIGHT SINGLE QUOTATION MARK}.\N{NO-BREAK SPACE}") == normalised(
        name.casefold()
    )


@given(st.text("abcxyz0189éü -.'", max_size=20))
def test_case_and_punctuation_do_not_count(name: str) -> None:
    assert normalised(name.upper()) == normalised(name.replace(" ", "-")) == normalised(name)
