"""Users and tokens for tests of other features."""

from collections.abc import Mapping
from datetime import datetime

import psycopg
import pytest

from pickvs.accounts import tokens
from pickvs.accounts.tokens import SigningKeys, Subject
from pickvs.core import clock
from tests.support.databases import secret_values
from tests.support.evening import PASSWORD_HASH

SIGNING_KEYS_SECRET: Mapping[str, str] = {
    "current_kid": "2026-11",
    "current_key": "the-key-that-signs-in-these-tests-7Qk2vX9pL0",
    "previous_kid": "2026-10",
    "previous_key": "the-key-that-signed-before-it-a8Zs5Tn3Rw1",
}
SIGNING_KEYS = SigningKeys.from_secret(SIGNING_KEYS_SECRET)


def make_user(database_url: str, name: str) -> tuple[int, str]:
    """Store the user `name` with an address of that name and an unusable password, and return (id, name)."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "INSERT INTO users (username, email, password_hash, created_at) VALUES (%s, %s, %s, %s) RETURNING id",
            (name, f"{name}@example.com", PASSWORD_HASH, clock.now()),
        ).fetchone()
    assert row is not None
    return int(row[0]), name


def access_token(user: tuple[int, str], *, at: datetime | None = None) -> str:
    """Return a token for `user` (id, name), issued now or at `at`."""
    return tokens.issue(Subject(user[0], user[1], "user"), SIGNING_KEYS, at=at or clock.now())


def set_sign_in_limits(monkeypatch: pytest.MonkeyPatch, **rates: str) -> None:
    """Lift all rate limits on authentication except those in `rates`, e.g. `logins_per_address="3/60"`."""
    names = ("registrations_per_address", "logins_per_address", "tries_per_account", "refreshes_per_address")
    for name in names:
        monkeypatch.setenv(name.upper(), rates.get(name, "100000/60"))
    assert rates.keys() <= set(names)


def use_signing_keys(monkeypatch: pytest.MonkeyPatch, module: object) -> None:
    """Make `module` read SIGNING_KEYS_SECRET at the secret that the environment names, and lift the rate limits."""
    set_sign_in_limits(monkeypatch)
    monkeypatch.setenv("SIGNING_KEYS_SECRET_ARN", "test/signing-keys")
    secret_values(monkeypatch, module, {"test/signing-keys": dict(SIGNING_KEYS_SECRET)})
