"""What the tests of the account flows share."""

import pytest

from pickvs.accounts import service
from tests.support.account_flows import Flows
from tests.support.accounts import use_signing_keys


@pytest.fixture
def flows(database: str, monkeypatch: pytest.MonkeyPatch) -> Flows:
    """The account endpoints over an empty database."""
    use_signing_keys(monkeypatch, service)
    return Flows(database)
