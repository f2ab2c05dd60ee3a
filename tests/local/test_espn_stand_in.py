"""The stand-in for ESPN tells the same games as the one for The Odds API, in a form that our reader reads whole."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug.test import Client

from local.espn import Espn, EspnServer
from local.odds_api import OddsApi, OddsApiServer
from local.odds_api_door import KEY
from local.settings import Settings, read_settings
from local.slate import LEAGUE_ZONE
from local.sources import StandIn, choose_sources
from pickvs.markets.providers.espn import scoreboard, summary
from pickvs.markets.providers.espn_parsing import read_scoreboard, read_summary
from pickvs.markets.providers.odds_api_parsing import read_scores

NOW = datetime(2026, 11, 20, 19, 3, 17, tzinfo=UTC)
NBA = "basketball_nba"


def test_both_stand_ins_tell_the_same_scores(tmp_path: Path) -> None:
    now = NOW - timedelta(minutes=30)
    odds, scores = Client(OddsApi(tmp_path / "offered", now=lambda: now)), Client(Espn(now=lambda: now))
    odds.get(f"/v4/sports/{NBA}/odds", query_string={"apiKey": KEY, "regions": "us"})
    now = NOW
    first = read_scores(odds.get(f"/v4/sports/{NBA}/scores", query_string={"apiKey": KEY, "daysFrom": "3"}).data, NBA)
    question = scoreboard(NBA, NOW.astimezone(LEAGUE_ZONE).date())
    second = read_scoreboard(scores.get(question.path, query_string=dict(question.parameters)).data, NBA)
    assert second.skipped == ()
    told = {item.fixture.commence_time: item for item in second.items}
    # The scoreboard tells the minute of a tip-off, and the summary the second of the first play.
    finals = [item for item in first.items if item.completed]
    assert len(finals) == 8
    for item in finals:
        other = told[item.fixture.commence_time.replace(second=0)]
        assert (other.state, other.home_score, other.away_score) == ("final", item.home_score, item.away_score)
        asked = summary(NBA, other.fixture.provider_id)
        [game] = read_summary(scores.get(asked.path, query_string=dict(asked.parameters)).data, NBA).items
        assert (game.fixture, game.began_at) == (other.fixture, item.fixture.commence_time)
    assert {item.state for item in second.items} == {"scheduled", "under_way", "final"} - (
        set() if any(item.state == "under_way" for item in second.items) else {"under_way"}
    )
    assert "LA Clippers" in {item.fixture.home_team for item in second.items}, "as this provider spells it"


@pytest.mark.parametrize("path", ["/", "/apis/site/v2/sports/football/nfl/scoreboard"])
def test_other_leagues_are_not_found(path: str) -> None:
    assert Client(Espn()).get(path).status_code == 404


@pytest.mark.parametrize("question", ["scoreboard?dates=today", "summary?event=12", "summary?event=x", "summary"])
def test_what_is_no_day_or_event_is_not_found(question: str) -> None:
    answer = Client(Espn()).get(f"/apis/site/v2/sports/basketball/nba/{question}")
    assert (answer.status_code, json.loads(answer.data)["code"]) == (404, 404)


@pytest.mark.parametrize(
    ("environment", "started", "switched_off"),
    [
        ({}, {OddsApiServer, EspnServer}, False),
        ({"ESPN_BASE_URL": "http://x"}, {OddsApiServer}, False),
        ({"ODDS_API_BASE_URL": "http://x"}, set(), True),
        ({"ODDS_API_KEY": "mine"}, set(), True),
        ({"ODDS_API_KEY": "mine", "ESPN_BASE_URL": "http://x/"}, set(), False),
    ],
)
def test_the_stand_in_never_plays_beside_real_games(
    tmp_path: Path, environment: dict[str, str], started: set[type[StandIn]], switched_off: bool
) -> None:
    settings: Settings = read_settings(environment)
    parts: list[StandIn] = []

    def start(part: StandIn) -> None:
        part.start()
        parts.append(part)

    variables = choose_sources(settings, tmp_path / "offered", start).variables
    for part in parts:
        part.stop()
    assert {type(part) for part in parts} == started
    assert (variables.get("SCORES_ESPN") == "off") == switched_off
    assert ("ESPN_BASE_URL" in variables) != switched_off
    if "ESPN_BASE_URL" in environment:
        assert variables["ESPN_BASE_URL"] == "http://x"
