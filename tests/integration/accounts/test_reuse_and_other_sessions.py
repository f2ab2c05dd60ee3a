"""A refresh token that comes again ends the session that it is of. The user's other sessions go on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pickvs.accounts import service
from pickvs.core import clock
from tests.support.accounts import set_sign_in_limits, use_signing_keys
from tests.support.gateway import Answer, call

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ADA = {"email": "ada@example.com", "password": "a lovelace of engines"}


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    use_signing_keys(monkeypatch, service)
    set_sign_in_limits(monkeypatch)


def sent(operation: str, body: dict[str, Any], at: datetime = NOW) -> Answer:
    with clock.held_at(at):
        return call(operation, "POST", f"/auth/{operation}", body=body)


def refresh(token: str, at: datetime) -> Answer:
    return sent("refresh", {"refresh_token": token}, at)


def test_another_session_of_the_user_goes_on(database: str) -> None:
    stolen = sent("register", {"username": "ada", **ADA}).body["refresh_token"]
    other = sent("login", ADA).body["refresh_token"]
    kept = refresh(stolen, NOW).body["refresh_token"]
    refresh(stolen, LATER).problem(401, "INVALID_REFRESH_TOKEN")
    refresh(kept, LATER).problem(401, "INVALID_REFRESH_TOKEN")
    assert refresh(other, LATER).status == 200
