"""Fixtures shared by the tests of export and erasure."""

import pytest

from tests.support.accounts import set_sign_in_limits


@pytest.fixture(autouse=True)
def _sign_in_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    set_sign_in_limits(monkeypatch)
