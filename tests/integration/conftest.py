"""Fixtures shared by the tests that use the real database."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pickvs.accounts import passwords
from pickvs.core import alarm_clock
from pickvs.sports.rules import SPORTS
from pickvs.sports.teams import reading
from tests.support.accounts import make_hashing_cheap, set_sign_in_limits
from tests.support.alarms import Alarms, set_game_times, watch_clocks
from tests.support.contest import Contest

REAL_HASHER, REAL_NOBODY = passwords._HASHER, passwords._NOBODY


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lift the rate limits. Tests of a limit set it."""
    set_sign_in_limits(monkeypatch)


@pytest.fixture(autouse=True)
def _cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    make_hashing_cheap(monkeypatch)


@pytest.fixture
def real_hashing(_cheap_hashing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords be hashed as they are in production."""
    monkeypatch.setattr(passwords, "_HASHER", REAL_HASHER)
    monkeypatch.setattr(passwords, "_NOBODY", REAL_NOBODY)


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ARNs of the functions that were woken."""
    found: list[str] = []
    monkeypatch.setenv("FUNCTIONS_TO_WAKE", '{"deliver_notices": "arn of deliver_notices"}')
    monkeypatch.setattr(alarm_clock, "wake", found.append)
    return found


@pytest.fixture(autouse=True)
def clock_alarms(monkeypatch: pytest.MonkeyPatch) -> Alarms:
    """The alarms of the game clock, which ring only where a test makes them."""
    set_game_times(monkeypatch)
    return watch_clocks(monkeypatch, "fetch_odds", "process_results")


@pytest.fixture
def open_roster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let odds of the NBA name teams that do not exist."""
    nba = replace(SPORTS["basketball_nba"], roster="open")
    monkeypatch.setattr(reading, "SPORTS", {**SPORTS, nba.key: nba})


@pytest.fixture
def contest(database: str) -> Iterator[Contest]:
    """An empty database. Tests add facts one at a time."""
    made = Contest(database)
    yield made
    made.close()
