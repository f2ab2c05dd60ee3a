"""On a laptop cloud without the daily rules, the game itself has its picks settled."""

import json
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.e2e.client import Client
from tests.e2e.conftest import set_variables
from tests.e2e.teams import teams_of
from tests.e2e.test_journey import fetch_odds, final, find, game, wanted
from tests.support.laptop import Laptop
from tests.support.odds_api import OddsApiServer, Reply

pytestmark = pytest.mark.xdist_group("game clock")

JOBS = ("fetch_odds", "process_results")
PATIENCE = 30
"""Seconds from the time of the result check to the grade."""


@pytest.fixture
def own_provider() -> Iterator[OddsApiServer]:
    with OddsApiServer() as server:
        yield server


@pytest.fixture
def laptop(assembly: Path, own_provider: OddsApiServer, pooled: dict[str, str], tmp_path: Path) -> Iterator[Laptop]:
    """A laptop cloud whose daily rules never fire, and which asks for results a second after the tip-off."""
    copied = tmp_path / "assembly"
    shutil.copytree(assembly, copied)
    set_variables(copied, FIRST_CHECK_SECONDS="1", CHECK_EVERY_SECONDS="60")
    [file] = copied.glob("*-ingestion.template.json")
    template = json.loads(file.read_text(encoding="utf-8"))
    rules = [name for name, each in template["Resources"].items() if each["Type"] == "AWS::Events::Rule"]
    assert len(rules) == len(JOBS)
    kept = {name: each for name, each in template["Resources"].items() if not _is_about(each, name, rules)}
    file.write_text(json.dumps({**template, "Resources": kept}), encoding="utf-8")
    with Laptop(copied, tmp_path / "laptop" / "state", {"ODDS_API_BASE_URL": own_provider.url, **pooled}) as running:
        yield running


def _is_about(resource: dict[str, Any], name: str, rules: list[str]) -> bool:
    return name in rules or (resource["Type"] == "AWS::Lambda::Permission" and any(r in str(resource) for r in rules))


def test_a_pick_sets_the_alarms_that_have_it_settled(laptop: Laptop, own_provider: OddsApiServer) -> None:
    now = datetime.now(UTC)
    checked_at = (now + timedelta(seconds=75)).replace(second=0, microsecond=0)
    if checked_at - now < timedelta(seconds=15):
        checked_at += timedelta(minutes=1)
    tip_off = checked_at - timedelta(seconds=4)
    fetch_odds(laptop, own_provider, game(1, tip_off))
    dora = Client(laptop.base_url).register("dora")
    assert dora.post("/picks", {"picks": [wanted(find(dora, teams_of(1)[0]), "moneyline", "home")]}).status == 201
    alarms = json.loads((laptop.state / "alarms.json").read_text(encoding="utf-8"))
    assert {each["name"].partition("-")[0] for each in alarms} == set(JOBS)
    own_provider.answer("scores", Reply([final(1, 112, 104, tip_off)]))

    def result() -> Any:
        return dora.get("/picks/me").body["picks"][0]["result"]

    assert result() is None
    time.sleep(max(0.0, (checked_at - datetime.now(UTC)).total_seconds()))
    until = time.monotonic() + PATIENCE
    while result() is None and time.monotonic() < until:
        time.sleep(0.3)
    assert result() == "win"
    with psycopg.connect(laptop.database_url) as connection:
        left = connection.execute("SELECT key FROM agenda WHERE function = ANY(%s)", [list(JOBS)]).fetchall()
        runs = connection.execute("SELECT job, trigger_id, status FROM ingestion_runs ORDER BY id").fetchall()
    assert left == []
    assert runs == [("fetch_odds", None, "succeeded"), ("process_results", None, "succeeded")]
