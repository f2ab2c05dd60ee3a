"""A season with leagues on the real database, and limits that do not get in the way of its users."""

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from pickvs.core import alarm_clock
from tests.support.alarms import Alarms, watch_clocks
from tests.support.leagues import Paddock

ARNS = {name: f"arn of {name}" for name in ("deliver_notices", "tick_drafts")}


@pytest.fixture(autouse=True)
def clock_alarms(monkeypatch: pytest.MonkeyPatch) -> Alarms:
    """The alarms of drafts, which ring only where a test makes them."""
    monkeypatch.setenv("LEAGUE_CODES_PER_ADDRESS", "100000/60")
    return watch_clocks(monkeypatch, "tick_drafts")


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ARNs of the functions that were woken at once."""
    found: list[str] = []
    monkeypatch.setenv("FUNCTIONS_TO_WAKE", json.dumps(ARNS))
    monkeypatch.setattr(alarm_clock, "wake", found.append)
    return found


@pytest.fixture
def season(database: str) -> Iterator[Paddock]:
    """Two races with ten drivers."""
    with closing(Paddock(database)) as made:
        yield made
