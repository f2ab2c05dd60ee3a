"""Who hears of games has the health of their players asked for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pickvs.core import clock
from tests.support.alarms import watch_clocks
from tests.support.functions import load
from tests.support.gateway import LambdaContext
from tests.support.ingestion import Surroundings, scheduled
from tests.support.odds_api import Reply, event, h2h

NOON = datetime(2024, 1, 10, 12, tzinfo=UTC)
TEAMS = ("Denver Nuggets", "Los Angeles Lakers")
BOOKS = {"draftkings": [h2h(-140, 120)], "fanduel": [h2h(-140, 120)]}
_DUE = "SELECT key, due_at FROM agenda WHERE function = 'ingest_injuries'"


def told(around: Surroundings, number: int) -> list[dict[str, Any]]:
    around.server.answer("odds", Reply([event(1, *TEAMS, books=BOOKS)]))
    with clock.held_at(NOON + number * timedelta(minutes=1)):
        load("fetch_odds/handler").handler(scheduled(f"event {number}"), LambdaContext())
    return around.rows(_DUE)


def test_odds_of_a_game_put_the_first_question_on_the_agenda(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarms = watch_clocks(monkeypatch, "fetch_odds", "process_results", "ingest_injuries")
    assert told(around, 1) == [], "a stage without a source asks nobody"
    monkeypatch.setenv("STATS_SOURCES", "espn")
    [row] = told(around, 2)
    [game] = around.rows("SELECT commence_time FROM games")
    assert row["key"] == "basketball_nba"
    assert timedelta(hours=1, minutes=45) < game["commence_time"] - row["due_at"] <= timedelta(hours=2)
    assert row["due_at"] in alarms.set.values()
    assert told(around, 3) == [row]
