"""Signatures of webhooks, as a receiver verifies them."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.notices.webhooks.rules import MARK, SECRET_BYTES, message_id, signature, timestamp, write_secret

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1_614_265_330, UTC), b'{"test": 2432232314}'
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


DOCUMENT = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")


def verified(secret: str, headers: dict[str, str], body: bytes, *, now: float) -> bool:
    """Verify a message by the code that docs/webhooks.md gives to receivers."""
    code = DOCUMENT.split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own document
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: now)
        return bool(names["is_genuine"](secret, headers, body))


def test_the_example_of_the_convention() -> None:
    assert signature(SECRET, ID, AT, BODY) == SIGNED
    for part in (SECRET, ID, "1614265330", BODY.decode(), SIGNED):
        assert f"| `{part}` |" in DOCUMENT


HEADERS = {"webhook-id": ID, "webhook-timestamp": "1614265330", "webhook-signature": SIGNED}
NOW = 1_614_265_400.0
OTHER = write_secret(bytes(SECRET_BYTES))


@pytest.mark.parametrize(
    ("secret", "headers", "body", "now"),
    [
        (OTHER, HEADERS, BODY, NOW),
        (SECRET, HEADERS | {"webhook-id": "msg_other"}, BODY, NOW),
        (SECRET, HEADERS | {"webhook-timestamp": "1614265331"}, BODY, NOW),
        (SECRET, HEADERS, BODY + b" ", NOW),
        (SECRET, HEADERS | {"webhook-signature": SIGNED[:-3] + "A=="}, BODY, NOW),
        (SECRET, HEADERS | {"webhook-signature": SIGNED.replace("v1", "v2")}, BODY, NOW),
        (SECRET, HEADERS | {"webhook-signature": ""}, BODY, NOW),
        (SECRET, HEADERS, BODY, NOW + 3600),
    ],
    ids=["secret", "id", "timestamp", "body", "signature", "version", "none", "replayed later"],
)
def test_whatever_is_changed_is_noticed(secret: str, headers: dict[str, str], body: bytes, now: float) -> None:
    assert verified(SECRET, HEADERS, BODY, now=NOW)
    assert not verified(secret, headers, body, now=now)


@given(
    st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES),
    st.integers(1),
    st.binary(),
    st.datetimes(timezones=st.just(UTC)),
)
def test_what_we_sign_is_verified(key: bytes, notice: int, body: bytes, at: datetime) -> None:
    secret, named = write_secret(key), message_id(notice, at)
    assert re.fullmatch(rf"{MARK}[A-Za-z0-9+/]{{43}}=", secret)
    headers = {
        "webhook-id": named,
        "webhook-timestamp": timestamp(at),
        "webhook-signature": signature(secret, named, at, body),
    }
    assert verified(secret, headers, body, now=at.timestamp())
