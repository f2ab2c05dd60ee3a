"""The stand-in for ESPN tells the same games as the one for The Odds API, in a form that our readers read whole."""

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean

import pytest
from werkzeug.test import Client

from local.draftkings import DraftKingsServer
from local.espn import Espn, EspnServer
from local.formula_one.server import RacesServer
from local.nba_report import NbaReportServer
from local.odds_api import OddsApi, OddsApiServer
from local.odds_api_door import KEY
from local.settings import Settings, read_settings
from local.slate import LASTS, LEAGUE_ZONE, TEAMS, on_date
from local.slate_players import PLAYERS, hurt_on, roster
from local.sources import StandIn, choose_sources
from local.weather import WeatherServer
from pickvs.markets.providers.espn import scoreboard, summary
from pickvs.markets.providers.espn_parsing import read_scoreboard, read_summary
from pickvs.markets.providers.odds_api_parsing import read_scores
from pickvs.predictions.statistics.boxes.rules import reasons_against
from pickvs.predictions.statistics.providers import espn_parsing

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


def ask(client: Client, page: str, **parameters: str) -> bytes:
    answer = client.get(f"/apis/site/v2/sports/basketball/nba/{page}", query_string=parameters)
    return bytes(answer.data)


def test_nothing_speaks_against_a_box_score() -> None:
    client = Client(Espn(now=lambda: NOW))
    told = espn_parsing.read_schedule(ask(client, "scoreboard"), NBA)
    finals = [game for game in told.items if game.state == "final"]
    assert told.skipped == ()
    assert len(told.items) > len(finals) > 100
    hurt = {each.provider_id for each in espn_parsing.read_injuries(ask(client, "injuries"), NBA).items}
    points: defaultdict[str, list[int]] = defaultdict(list)
    for game in finals[:60]:
        assert game.points is not None
        [box] = espn_parsing.read_box_score(ask(client, "summary", event=game.provider_id), NBA).items
        assert reasons_against(box, game.points) == []
        for side in box.sides:
            assert not hurt & {player.provider_id for player in side.players}
            for player in side.players:
                points[player.provider_id].append(player.statistics["points"])
    names = {player.athlete.name for team in TEAMS for player in roster(team)}
    assert len(names) == len(TEAMS) * PLAYERS, "nobody is taken for somebody else"
    # Strengths stay: the best of the league score several times what the last ones do.
    means = sorted(fmean(each) for each in points.values() if len(each) > 2)
    assert means[-1] > 4 * means[0]


def test_a_box_score_is_told_after_the_end_alone() -> None:
    game = on_date(NOW.astimezone(LEAGUE_ZONE).date())[100]
    event = f"{game.tip_off.timestamp():.0f}"
    for after, known in ((timedelta(seconds=-1), 0), (LASTS / 2, 0), (LASTS, 1)):
        client = Client(Espn(now=lambda after=after: game.tip_off + after))  # type: ignore[misc]
        assert len(espn_parsing.read_box_score(ask(client, "summary", event=event), NBA).items) == known


def test_injuries_name_who_is_out_today() -> None:
    client = Client(Espn(now=lambda: NOW))
    told = espn_parsing.read_injuries(ask(client, "injuries"), NBA)
    assert told.skipped == ()
    day = NOW.astimezone(LEAGUE_ZONE).date()
    assert {each.provider_id for each in told.items} == {player for team in TEAMS for player in hurt_on(team, day)}
    assert all(each.status == "out" and each.reported_at <= NOW for each in told.items)
    assert len(told.items) > 5


@pytest.mark.parametrize("path", ["/", "/apis/site/v2/sports/football/nfl/scoreboard"])
def test_other_leagues_are_not_found(path: str) -> None:
    assert Client(Espn()).get(path).status_code == 404


@pytest.mark.parametrize("question", ["scoreboard?dates=today", "summary?event=12", "summary?event=x", "summary"])
def test_what_is_no_day_or_event_is_not_found(question: str) -> None:
    answer = Client(Espn()).get(f"/apis/site/v2/sports/basketball/nba/{question}")
    assert (answer.status_code, json.loads(answer.data)["code"]) == (404, 404)


OF_DFS = (WeatherServer, DraftKingsServer)


@pytest.mark.parametrize(
    ("environment", "started", "switched_off"),
    [
        ({}, {OddsApiServer, EspnServer, NbaReportServer, *OF_DFS}, False),
        ({"ESPN_BASE_URL": "http://x"}, {OddsApiServer, *OF_DFS}, False),
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

    variables = choose_sources(settings, tmp_path, start).variables
    for part in parts:
        part.stop()
    assert {type(part) for part in parts} == {*started, RacesServer}
    assert (variables.get("SCORES_ESPN") == "off") == switched_off
    assert ("ESPN_BASE_URL" in variables) != switched_off
    # Statistics come from the same place, and a real one is asked once a second.
    assert (variables.get("STATS_SOURCES") == "none") == switched_off
    assert variables.get("STATS_ESPN_URL") == variables.get("ESPN_BASE_URL")
    assert ("STATS_PACE_SECONDS" in variables) == (EspnServer in started)
    assert (variables.get("DFS_SLATE_SPORTS"), variables.get("WEATHER_SOURCES")) == (
        (None, None) if OddsApiServer in started else ("none", "none")
    )
    if "ESPN_BASE_URL" in environment:
        assert variables["ESPN_BASE_URL"] == "http://x"
