"""The world around the delivery of notices."""

from collections.abc import Iterator

import pytest

from tests.support.notices import World, world


@pytest.fixture
def outside(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """SES, receivers and alarms, as the test scripts them."""
    with world(database, monkeypatch) as made:
        yield made
