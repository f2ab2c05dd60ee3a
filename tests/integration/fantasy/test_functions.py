"""The deployed functions of fantasy, each as its own role of the database: on schedule, and woken by an alarm."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from pickvs.core import clock, storage
from pickvs.core.alarm_clock import EVENT
from pickvs.fantasy.collecting import asking
from tests.support.alarms import watch_alarms
from tests.support.formula_one import Tables
from tests.support.functions import load
from tests.support.gateway import LambdaContext
from tests.support.leagues import FIRST_OPENING, Paddock
from tests.support.measured import measuring, values
from tests.support.race_sources import RaceSources, served

LATE = timedelta(seconds=41)
BEFORE_2023 = datetime(2023, 3, 1, 6, 15, tzinfo=UTC)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    return measuring(monkeypatch, capsys)


def run(function: str, event: dict[str, Any], at: datetime) -> dict[str, Any]:
    with clock.held_at(at):
        return dict(load(f"{function}/handler").handler(event, LambdaContext()))


def phase(paddock: Paddock, league: int) -> str:
    [row] = paddock.rows("SELECT phase FROM drafts WHERE league_id = %s ORDER BY id LIMIT 1", league)
    return str(row["phase"])


def test_a_tick_that_an_alarm_wakes_opens_a_draft_and_says_how_late_it_comes(
    paddock: Paddock, printed: Callable[[], str]
) -> None:
    league = paddock.seat(2).league
    paddock.tick(FIRST_OPENING - timedelta(days=1))
    printed()
    assert run("tick_drafts", EVENT, FIRST_OPENING - LATE)["done"] == 0
    assert "TickLateness" not in values(printed())
    assert phase(paddock, league) == "waiting"
    assert run("tick_drafts", EVENT, FIRST_OPENING + LATE)["failed"] == 0
    assert values(printed())["TickLateness"] == LATE.total_seconds()
    assert phase(paddock, league) == "open"


def test_the_daily_tick_finds_what_no_alarm_and_no_agenda_tells_of(paddock: Paddock) -> None:
    league = paddock.seat(2).league
    paddock.tick(FIRST_OPENING - timedelta(days=1))
    paddock.owner.execute("DELETE FROM agenda")
    run("tick_drafts", EVENT, FIRST_OPENING + LATE)
    assert phase(paddock, league) == "waiting"
    run("tick_drafts", {"detail-type": "Scheduled Event"}, FIRST_OPENING + LATE)
    assert phase(paddock, league) == "open"


def test_a_stage_without_sources_asks_nobody(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANTASY_SOURCES", "none")
    for event in ({}, EVENT):
        assert run("collect_f1", event, BEFORE_2023) == {"runs": [], "due": {}}


def test_the_daily_run_brings_a_season_in_and_plans_when_to_ask_again(
    database: str, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch_alarms(monkeypatch, "collect_f1", "tick_drafts", "deliver_notices")
    monkeypatch.setattr(storage, "keep", lambda *_, **__: None)
    asking._PACES.clear()
    with served(RaceSources(tables, 2023)) as url:
        for name, value in {
            "RAW_ANSWERS_BUCKET": "raw",
            "FANTASY_SOURCES": "jolpica,f1db",
            "FANTASY_CONTACT": "ops@example.org",
            "FANTASY_PACE_SECONDS": "0",
            "JOLPICA_BASE_URL": url,
            "F1DB_BASE_URL": url,
        }.items():
            monkeypatch.setenv(name, value)
        report = run("collect_f1", {}, BEFORE_2023)
    assert {each["status"] for each in report["runs"]} == {"succeeded"}
    with psycopg.connect(database) as connection:
        [planned] = connection.execute("SELECT count(*) FROM agenda WHERE function = 'collect_f1'").fetchall()
        [known] = connection.execute("SELECT count(*) FROM events WHERE season = 2023").fetchall()
    assert planned[0] > 0
    assert known == (22,)
