"""Names of devices from User-Agent headers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.accounts.sessions.rules import device

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/126.0 Safari/537.36", "Chrome on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {_WEBKIT} Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) {_WEBKIT} Version/17.5 Safari/605.1", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari on iPhone"),
        (f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {_WEBKIT} SamsungBrowser/25.0", "Samsung Internet on Android"),
        ("Firefox/1", "Firefox"),
        ("python-requests/2.32.3", "python-requests"),
        ("curl", "curl"),
        ("", None),
        (None, None),
        ("<script>alert(1)</script>", None),
        ("\x00", None),
    ],
)
def test_a_device_has_a_few_words(user_agent: str | None, name: str | None) -> None:
    assert device(user_agent) == name


@given(st.text() | st.text(alphabet="MoziaFrefx/ ;.-()\n", max_size=60))
def test_a_name_is_one_that_can_be_stored_and_shown(user_agent: str) -> None:
    name = device(user_agent)
    assert name is None or (0 < len(name) <= 60 and name.isascii() and name.isprintable())
