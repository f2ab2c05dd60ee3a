"""Users for the tests of groups, and limits that do not get in their way."""

import pytest

from pickvs.accounts import service as accounts
from tests.support.accounts import make_user, use_signing_keys
from tests.support.groups import User, set_group_limits


@pytest.fixture(autouse=True)
def _limits_and_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    use_signing_keys(monkeypatch, accounts)
    set_group_limits(monkeypatch)


@pytest.fixture
def ada(database: str) -> User:
    return make_user(database, "ada")


@pytest.fixture
def bert(database: str) -> User:
    return make_user(database, "Bert")


@pytest.fixture
def cleo(database: str) -> User:
    return make_user(database, "cleo")
