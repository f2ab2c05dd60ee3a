"""Recorded seasons, and a paddock on the real database for leagues and drafts."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.alarms import Alarms, watch_alarms
from tests.support.formula_one import Event, Tables, events
from tests.support.leagues import Paddock

SEASONS = range(2018, 2025)


@pytest.fixture(scope="session")
def tables(recordings: Path) -> Tables:
    """The tables of seven seasons of Formula 1; the test skips where there are none."""
    if not (folder := recordings / "f1").is_dir():
        pytest.skip("no recorded seasons of Formula 1 beside this checkout")
    return Tables(folder)


@pytest.fixture(scope="session")
def seasons(tables: Tables) -> Mapping[int, list[Event]]:
    """The events of seven seasons, through the parser of jolpica's answers."""
    return {season: events(tables, season) for season in SEASONS}


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> Alarms:
    """The alarms that are set, and limits that do not get in the way of leagues."""
    monkeypatch.setenv("LEAGUE_CODES_PER_ADDRESS", "100000/60")
    return watch_alarms(monkeypatch, "tick_drafts", "deliver_notices")


@pytest.fixture
def paddock(database: str, alarms: Alarms) -> Iterator[Paddock]:
    """A season of two events with ten contestants, on a fresh database."""
    with closing(Paddock(database)) as made:
        yield made
