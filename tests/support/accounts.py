"""Users and tokens for tests of other features."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import argon2
import psycopg
import pytest

from pickvs.accounts import passwords, tokens
from pickvs.accounts.rules import REFRESH_TOKEN_LIFETIME
from pickvs.accounts.tokens import SigningKeys, Subject
from pickvs.core import clock
from tests.support.databases import secret_values
from tests.support.gateway import Answer, call

SIGNING_KEYS_SECRET: Mapping[str, str] = {
    "current_kid": "2026-11",
    "current_key": "the-key-that-signs-in-these-tests-7Qk2vX9pL0",
    "previous_kid": "2026-10",
    "previous_key": "the-key-that-signed-before-it-a8Zs5Tn3Rw1",
}
SIGNING_KEYS = SigningKeys.from_secret(SIGNING_KEYS_SECRET)


PASSWORD = "correct horse battery"
_CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD_HASH = _CHEAP.hash(PASSWORD)
"""Hash of PASSWORD that is quick to check."""
_NOBODY = _CHEAP.hash("a password that nobody has")

_LIMITS = (
    "registrations_per_address", "logins_per_address", "tries_per_account_and_address",
    "daily_tries_per_account_and_address", "tries_per_account", "refreshes_per_address", "mails_per_account",
    "confirmations_per_email_and_address", "confirmations_per_email", "passwords_per_user", "submissions_per_user",
    "keys_per_user", "export_pages_per_user", "email_changes_per_user", "confirmations_per_user_and_email",
    "webhook_orders_per_user",
)  # fmt: skip


def make_hashing_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a password take some microseconds to hash, where hashing is not under test."""
    monkeypatch.setattr(passwords, "_HASHER", _CHEAP)
    monkeypatch.setattr(passwords, "_NOBODY", _NOBODY)


def make_user(database_url: str, name: str, *, email: str | None = None) -> tuple[int, str]:
    """Store the user `name` with PASSWORD and an address of that name, and return (id, name)."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "INSERT INTO users (username, email, password_hash, created_at) VALUES (%s, %s, %s, %s) RETURNING id",
            (name, email or f"{name}@example.com", PASSWORD_HASH, clock.now()),
        ).fetchone()
    assert row is not None
    return int(row[0]), name


def sign_in(database_url: str, user: tuple[int, str], *, device: str | None = None) -> str:
    """Store a session of `user` (id, name), and return its id."""
    session, now = uuid4(), clock.now()
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO refresh_tokens (token_hash, user_id, family_id, issued_at, expires_at, opened_at, device)"
            " VALUES (sha256(%s), %s, %s, %s, %s, %s, %s)",
            (session.bytes, user[0], session, now, now + REFRESH_TOKEN_LIFETIME, now, device),
        )
    _sessions[user] = str(session)
    return str(session)


_sessions: dict[tuple[int, str], str] = {}


def session_of(user: tuple[int, str]) -> str:
    """Return the id of the user's last session in this test; "" if there is none."""
    return _sessions.get(user, "")


def make_key(user: tuple[int, str], **changes: Any) -> Answer:
    """Make an API key with PASSWORD and the last session of `user`. `changes` override the body."""
    body = {"name": "my model", "scopes": ["picks:read"], "password": PASSWORD, **changes}
    return call("create_api_key", "POST", "/api-keys", body=body, user=user, session=session_of(user))


def access_token(user: tuple[int, str], *, at: datetime | None = None) -> str:
    """Return a token for `user` (id, name), issued now or at `at`."""
    return tokens.issue(Subject(user[0], user[1], "user"), SIGNING_KEYS, at=at or clock.now())


def set_sign_in_limits(monkeypatch: pytest.MonkeyPatch, **rates: str) -> None:
    """Lift all rate limits on accounts and users except those in `rates`, e.g. `logins_per_address="3/60"`."""
    for name in _LIMITS:
        monkeypatch.setenv(name.upper(), rates.get(name, "100000/60"))
    assert rates.keys() <= set(_LIMITS)


def use_signing_keys(monkeypatch: pytest.MonkeyPatch, module: object) -> None:
    """Make `module` read SIGNING_KEYS_SECRET at the secret that the environment names, and lift the rate limits."""
    set_sign_in_limits(monkeypatch)
    monkeypatch.setenv("SIGNING_KEYS_SECRET_ARN", "test/signing-keys")
    secret_values(monkeypatch, module, {"test/signing-keys": dict(SIGNING_KEYS_SECRET)})
