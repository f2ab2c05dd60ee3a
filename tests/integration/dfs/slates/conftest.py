from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.dfs.weather.service import FETCH_WEATHER
from tests.support.alarms import watch_alarms


@pytest.fixture
def rows(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection[Any]]:
    """A connection to look with, while alarms may be set."""
    watch_alarms(monkeypatch, FETCH_WEATHER)
    with psycopg.connect(database, row_factory=dict_row, autocommit=True) as connection:
        yield connection
