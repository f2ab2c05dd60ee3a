"""Users and slates on the real database."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.alarms import Alarms, watch_alarms
from tests.support.dfs import Lounge


@pytest.fixture(autouse=True)
def alarms(monkeypatch: pytest.MonkeyPatch) -> Alarms:
    """The alarms of builds and simulations, which ring only where a test makes them."""
    return watch_alarms(monkeypatch, "build_lineups", "simulate_contest")


@pytest.fixture
def lounge(database: str) -> Iterator[Lounge]:
    with closing(Lounge(database)) as made:
        yield made
