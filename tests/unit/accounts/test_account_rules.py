import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pickvs.accounts.rules import is_repeat, is_simultaneous, password_bytes

NOW = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@given(st.text())
def test_a_password_is_the_same_in_every_normal_form_it_may_be_typed_in(password):
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert password_bytes(unicodedata.normalize(form, password)) == password_bytes(password)


@given(st.text(), st.text())
def test_passwords_that_are_different_characters_stay_different(one, other):
    assume(unicodedata.normalize("NFKC", one) != unicodedata.normalize("NFKC", other))
    assert password_bytes(one) != password_bytes(other)


def test_case_and_white_space_count():
    assert (
        len({password_bytes(password) for password in ("secret 1", "Secret 1", "secret1", " secret 1", "secret 1 ")})
        == 5
    )


def test_half_a_surrogate_pair_has_no_bytes():
    with pytest.raises(UnicodeEncodeError):
        password_bytes("\ud83c")


@pytest.mark.parametrize(("judged", "seconds"), [(is_simultaneous, 10), (is_repeat, 60)])
def test_a_use_is_the_same_request_for_a_minute_and_at_the_same_moment_for_ten_seconds(judged, seconds):
    end = timedelta(seconds=seconds)
    assert all(judged(NOW, NOW + later) for later in (-MICROSECOND, timedelta(0), end - MICROSECOND))
    assert not judged(NOW, NOW + end)
