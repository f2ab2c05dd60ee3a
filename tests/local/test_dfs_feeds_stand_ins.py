"""The stand-ins of the feeds answer in the sources' own forms: the platform's readers take them without a fault."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.error import HTTPError

import pytest

from local.dfs_slate import DfsSlate
from local.draftkings import CLASSIC, DraftKingsServer
from local.nba_report import NbaReportServer
from local.weather import WeatherServer
from pickvs.dfs.files.players import read_salaries
from pickvs.dfs.slates.providers.draftkings_parsing import read_group, read_lobby
from pickvs.dfs.weather.providers import nws, open_meteo
from pickvs.dfs.weather.venues import venues
from pickvs.predictions.statistics.providers.nba_report import paths
from pickvs.predictions.statistics.providers.nba_report_parsing import read_report

NOW = datetime(2026, 12, 1, 22, 20, tzinfo=UTC)


class Server(Protocol):
    @property
    def url(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


@contextmanager
def serving(server: Server) -> Iterator[str]:
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        body: bytes = answer.read()
        return body


def test_a_report_is_found_under_its_latest_name_and_no_other() -> None:
    with serving(NbaReportServer(now=lambda: NOW)) as url:
        latest, *_ = paths(NOW)
        said = read_report(get(url + latest))
        assert (said.skipped, bool(said.items)) == ((), True)
        assert {each.team for each in said.items} == said.teams
        for path in ("/referee/injury/", latest.replace("_05_15PM", "_05PM"), latest.replace("05_15PM", "05_30PM")):
            with pytest.raises(HTTPError) as error:
                get(url + path)
            assert error.value.code == 403


def test_both_sources_of_weather_tell_the_same_weather() -> None:
    venue = venues()["mlb_bos"]
    with serving(WeatherServer(now=lambda: NOW)) as url:
        asked = open_meteo.question(venue.key, venue.latitude, venue.longitude)
        query = "&".join(f"{name}={value}" for name, value in asked.parameters.items())
        one = open_meteo.read(get(f"{url}{asked.path}?{query}"))
        place = nws.question(venue.key, venue.latitude, venue.longitude)
        other = nws.read(get(url + nws.forecast_path(get(url + place.path))))
    assert (one.skipped, other.skipped) == ((), ())
    assert [each.valid_at for each in one.items] == [each.valid_at for each in other.items]
    for first, second in zip(one.items, other.items, strict=True):
        assert first.temperature_c is not None
        assert second.temperature_c is not None
        assert abs(first.temperature_c - second.temperature_c) < 1
        assert first.humidity == second.humidity


def test_a_slate_of_the_lobby_is_the_one_of_the_files() -> None:
    with serving(DraftKingsServer(now=lambda: NOW)) as url:
        lobby = read_lobby(get(f"{url}/lobby/getcontests?sport=NBA"))
        assert (len(lobby.items), lobby.skipped) == (2, ())
        group = lobby.items[0]
        rules: dict[str, Any] = json.loads(get(f"{url}/lineups/v1/gametypes/{CLASSIC}/rules"))
        players = json.loads(get(f"{url}/draftgroups/v1/draftgroups/{group.id}/draftables"))
    capture = read_group(json.dumps({"rules": rules, "draftables": players}).encode(), group)
    assert capture.skipped == ()
    [facts] = capture.items
    of_file = read_salaries(DfsSlate(group.starts_at).salaries().encode()).players
    assert {(each.site_player_id, each.name, each.salary, each.slots) for each in facts.players} == {
        (each.site_id, each.name, each.salary, each.slots) for each in of_file
    }
