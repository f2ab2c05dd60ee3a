"""What is heard before a race: who takes part, and the order of those whom points and countback do not separate."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.formula_one.f1db_door import F1dbDoor
from local.formula_one.jolpica_door import JolpicaDoor
from local.formula_one.season import Standing, Weekend
from local.http_server import HttpServer
from local.replay.ergast import Ergast
from local.replay.fantasy_oracle import FantasyOracle, standing_in
from local.replay.race_season import RaceSeason, starts_of
from pickvs.core import clock, storage
from pickvs.core.config import settings
from pickvs.core.database import transaction
from pickvs.fantasy.collecting import asking
from pickvs.fantasy.collecting.service import collect_season
from pickvs.fantasy.events.entries.service import substitutions_of
from pickvs.fantasy.events.formula_one.recording import SPORT
from pickvs.fantasy.events.queries import PoolRow
from pickvs.fantasy.events.reading import pool_of, season_of
from tests.support.alarms import watch_alarms

YEAR = 2024
DAY = timedelta(days=1)


class Told(RaceSeason):
    """A season with the moment at which its sources tell it: their threads do not see a clock that a test holds."""

    moment = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def folder(recordings: Path) -> Path:
    """Tables of 2018 to 2024; the test skips where there are none."""
    if not (found := recordings / "f1").is_dir():
        pytest.skip("no recorded seasons of Formula 1 beside this checkout")
    return found


@pytest.fixture
def season(folder: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    """Three races, told by the laptop's stand-ins for both sources."""
    watch_alarms(monkeypatch, "collect_f1", "tick_drafts", "deliver_notices")
    monkeypatch.setattr(storage, "keep", lambda *_, **__: None)
    asking._PACES.clear()
    played = Told(Ergast(folder), YEAR, 3)
    servers = [HttpServer(door) for door in (JolpicaDoor(played, now=played.now), F1dbDoor(played, now=played.now))]
    for server in servers:
        server.start()
    monkeypatch.setenv("RAW_ANSWERS_BUCKET", "raw")
    monkeypatch.setenv("FANTASY_SOURCES", "jolpica,f1db")
    monkeypatch.setenv("FANTASY_CONTACT", "ops@example.org")
    monkeypatch.setenv("FANTASY_PACE_SECONDS", "0")
    monkeypatch.setenv("JOLPICA_BASE_URL", servers[0].url)
    monkeypatch.setenv("F1DB_BASE_URL", servers[1].url)
    settings.cache_clear()
    yield played
    for server in servers:
        server.stop()


def collected(season: Told, moment: datetime, place: int) -> list[PoolRow]:
    """Run the daily round at a moment, and return the pool of one of the season's races."""
    season.moment = moment
    with clock.held_at(moment):
        collect_season()
        with transaction() as connection:
            return pool_of(connection, season_of(connection, SPORT, YEAR)[place].id)


def test_a_driver_who_is_announced_joins_the_pool_and_the_ranking_is_the_official_one(
    folder: Path, season: Told
) -> None:
    oracle = FantasyOracle(folder, YEAR)
    bahrain, jeddah, _ = season.weekends(season.begins)
    first = collected(season, season.begins + DAY, 0)
    assert [row.is_withdrawn for row in first] == [False] * 20
    assert names(oracle, first) == oracle.ranked(oracle.races[0], oracle.cars(oracle.races[0]))

    # Nobody has told who drives in Jeddah: those of Bahrain are expected. Ten of them have no point yet.
    entered = jeddah.entries
    silent = replace(jeddah, entries_known={})
    season.plan([bahrain, silent, *season.weekends(season.begins)[2:]])
    after = starts_of(bahrain)["race"] + DAY
    before = collected(season, after, 1)
    assert names(oracle, before) == oracle.ranked(oracle.races[1], oracle.cars(oracle.races[0]))
    assert sum(row.points == 0 for row in before) == 10

    # It is told that Bearman drives for Sainz.
    season.plan([bahrain, jeddah, *season.weekends(season.begins)[2:]])
    told = collected(season, after + 2 * timedelta(hours=1), 1)
    assert {row.short_name for row in told if row.is_withdrawn} == {"Sainz"}
    assert names(oracle, [row for row in told if not row.is_withdrawn]) == oracle.ranked(
        oracle.races[1], oracle.cars(oracle.races[1])
    )

    # A list that lacks most drivers is not believed.
    season.plan([bahrain, replace(jeddah, entries=entered[:4]), *season.weekends(season.begins)[2:]])
    assert collected(season, after + 3 * timedelta(hours=1), 1) == told


def test_a_driver_who_comes_back_scores_for_who_replaced_him(folder: Path, season: Told) -> None:
    oracle = FantasyOracle(folder, YEAR)
    weekends = [replace(each, entries_known={}) for each in season.weekends(season.begins)[1:]]
    season.plan([season.weekends(season.begins)[0], *weekends])
    collected(season, season.begins + DAY, 0)
    for place, weekend in enumerate(season.weekends(season.begins)):
        after = starts_of(weekend)["race"] + DAY
        entered = collected(season, after, place)
        if place == 0:
            continue
        with clock.held_at(after), transaction() as connection:
            found = substitutions_of(connection, entered[0].event_id)
        references = {row.contestant_id: oracle.references[row.name] for row in entered}
        races = oracle.races[place - 1 : place + 1]
        pool, drove = (oracle.cars(race) for race in races)
        missing = {car.driver for car in pool} - {car.driver for car in drove}
        expected = {driver: standing_in(driver, pool, drove) for driver in missing}
        scoring = {
            references[drafted]: references[row.scores_as]
            for drafted, row in found.items()
            if row.scores_as is not None
        }
        assert scoring == {driver: successor for driver, successor in expected.items() if successor is not None}
    # Bearman has driven for Sainz, who is back. A car is missing in the race, so nothing is said of Sargeant yet.
    assert expected == {"bearman": "sainz", "sargeant": None}


def test_official_standings_that_contradict_the_results_order_nobody(
    folder: Path, season: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    [bahrain, *_] = season.weekends(season.begins)
    collected(season, season.begins + DAY, 0)
    true = season.standings

    def wrong(weekends: Sequence[Weekend], now: datetime) -> Sequence[Standing]:
        first, second, *rest = true(weekends, now)
        return [replace(second, place=1), replace(first, place=2, points=first.points + 1), *rest]

    monkeypatch.setattr(season, "standings", wrong)
    oracle = FantasyOracle(folder, YEAR)
    ranked = names(oracle, collected(season, starts_of(bahrain)["race"] + DAY, 1))
    assert ranked[:2] == oracle.ranked(oracle.races[1], oracle.cars(oracle.races[0]))[:2]


def names(oracle: FantasyOracle, pool: Iterable[PoolRow]) -> list[str]:
    """Return the drivers of a pool by the tables' references, in its order."""
    return [oracle.references[row.name] for row in pool]
