from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.formula_one import Event, Tables, events

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
