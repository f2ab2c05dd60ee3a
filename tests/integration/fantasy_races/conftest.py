"""A season of two races with ten drivers on the real database."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.alarms import Alarms, watch_alarms
from tests.support.leagues import Paddock


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> Alarms:
    """The alarms that are set, and limits that do not get in the way of leagues."""
    monkeypatch.setenv("LEAGUE_CODES_PER_ADDRESS", "100000/60")
    return watch_alarms(monkeypatch, "tick_drafts", "deliver_notices")


@pytest.fixture
def season(database: str, alarms: Alarms) -> Iterator[Paddock]:
    with closing(Paddock(database)) as made:
        yield made
