"""The format of API keys, and when a key is valid."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from pickvs.accounts.keys import rules
from pickvs.accounts.keys.requests import WantedKey
from pickvs.accounts.keys.schemas import NewApiKey

NOW = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)
KEY = "pvk_" + "aZ0-_" * 8 + "xyz"
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("credentials", "meant"),
    [(KEY, True), ("pvk_", True), ("pvk_too-short", True), ("eyJhbGciOi.a.b", False), ("PVK_x", False), ("", False)],
)
def test_a_key_is_told_from_a_token_by_its_mark(credentials, meant):
    assert rules.is_meant_as_key(credentials) is meant


def test_a_key_is_the_mark_and_256_bits():
    assert len(KEY) == 4 + 43
    assert rules.is_well_formed(KEY)


@pytest.mark.parametrize(
    "key",
    [KEY[:-1], KEY + "a", KEY[:-1] + "=", KEY[:-1] + "+", KEY[:-1] + "ä", KEY + "\n", "pvk-" + KEY[4:], KEY[4:], ""],
)
def test_nothing_else_is_looked_up(key):
    assert not rules.is_well_formed(key)


def test_a_key_is_known_by_its_digest():
    assert rules.hash_key(KEY) == hashlib.sha256(KEY.encode()).digest()


@pytest.mark.parametrize(
    ("revoked_at", "expires_at", "reason"),
    [
        (None, None, None),
        (None, NOW + SECOND, None),
        (None, NOW, "expired key"),
        (None, NOW - SECOND, "expired key"),
        (NOW, None, "revoked key"),
        (NOW - SECOND, NOW + SECOND, "revoked key"),
    ],
)
def test_a_key_is_good_until_it_is_revoked_or_expires(revoked_at, expires_at, reason):
    assert rules.why_refused(revoked_at=revoked_at, expires_at=expires_at, at=NOW) == reason


@pytest.mark.parametrize(
    ("last_used_at", "due"),
    [(None, True), (NOW, False), (NOW - timedelta(seconds=59), False), (NOW - timedelta(seconds=60), True)],
)
def test_a_use_is_noted_once_a_minute(last_used_at, due):
    assert rules.is_use_due(last_used_at, NOW) is due


def test_scopes_have_one_order():
    wanted = WantedKey(name="bot", scopes=["picks:write", "picks:read"])
    assert wanted.scopes == ["picks:read", "picks:write"]


@pytest.mark.parametrize(
    "expires_at",
    [
        "2024-02-30T00:00:00Z",
        "2024-02-30",
        "2024-02-01T00:00:00",
        "tomorrow",
        "1706745600",
        1706745600,
        1.5,
        True,
        ["2024-02-01"],
    ],
)
def test_an_end_is_a_moment_as_rfc_3339_writes_it(expires_at):
    with pytest.raises(ValidationError):
        WantedKey.model_validate({"name": "bot", "scopes": ["picks:read"], "expires_at": expires_at})


def test_an_end_is_read_in_any_zone():
    wanted = WantedKey.model_validate(
        {"name": "bot", "scopes": ["picks:read"], "expires_at": "2024-02-01T01:00:00+02:00"}
    )
    assert wanted.expires_at == datetime(2024, 1, 31, 23, tzinfo=UTC)


def test_a_date_is_the_end_of_that_day():
    wanted = WantedKey.model_validate({"name": "bot", "scopes": ["picks:read"], "expires_at": "2024-02-01"})
    assert wanted.expires_at == datetime(2024, 2, 2, tzinfo=UTC)


def test_what_a_key_is_made_of_stays_out_of_its_representation():
    made = NewApiKey(
        id=1,
        name="bot",
        prefix=KEY[:12],
        scopes=["picks:read"],
        created_at=NOW,
        last_used_at=None,
        expires_at=None,
        revoked_at=None,
        key=KEY,
    )
    assert KEY not in repr(made)
