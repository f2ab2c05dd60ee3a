"""The stand-in for The Odds API: the real API's response formats, and a slate that changes with time."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from local.odds_api import OddsApi
from local.odds_api_door import KEY
from local.slate import LASTS, LEAGUE_ZONE, OFF_THE_BOARD, TEAMS, TIP_OFF_EVERY, board, finished

NOW = datetime(2026, 11, 20, 19, 3, 17, tzinfo=UTC)
ODDS = {"apiKey": KEY, "regions": "us", "markets": "h2h,spreads,totals", "oddsFormat": "american"}


class Provider:
    def __init__(self, memory: Path) -> None:
        self.now = NOW
        self.memory = memory
        self.client = Client(OddsApi(memory, now=lambda: self.now))

    def get(self, call: str, **parameters: str) -> TestResponse:
        return self.client.get(f"/v4/sports/basketball_nba/{call}", query_string=parameters)

    def odds(self) -> list[dict[str, Any]]:
        answer: list[dict[str, Any]] = json.loads(self.get("odds", **ODDS).data)
        return answer

    def scores(self) -> dict[str, dict[str, Any]]:
        return {game["id"]: game for game in json.loads(self.get("scores", apiKey=KEY, daysFrom="3").data)}


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    return Provider(tmp_path / "offered.json")


def test_the_odds_have_the_real_shape(provider: Provider) -> None:
    events = provider.odds()

    assert len({event["id"] for event in events}) == len(events) == 8
    for event in events:
        assert set(event) == {
            *("id", "sport_key", "sport_title", "commence_time", "home_team", "away_team", "bookmakers")
        }
        assert len(event["id"]) == 32
        assert event["commence_time"].endswith("Z")
        assert {event["home_team"], event["away_team"]} < set(TEAMS)
        assert 6 <= len(event["bookmakers"]) <= 8
        for bookmaker in event["bookmakers"]:
            assert set(bookmaker) == {"key", "title", "last_update", "markets"}
            for market in bookmaker["markets"]:
                check_market(event, market)
    lines = [market for event in events for book in event["bookmakers"] for market in book["markets"]]
    assert any(outcome.get("point", 0.5) % 1 == 0 for market in lines for outcome in market["outcomes"]), "pushes"


def check_market(event: dict[str, Any], market: dict[str, Any]) -> None:
    outcomes = market["outcomes"]
    names = [outcome["name"] for outcome in outcomes]
    assert names == sorted(names)
    assert all(isinstance(outcome["price"], int) and abs(outcome["price"]) >= 100 for outcome in outcomes)
    points = [outcome.get("point") for outcome in outcomes]
    match market["key"]:
        case "h2h":
            assert set(names) == {event["home_team"], event["away_team"]}
            assert points == [None, None]
        case "spreads":
            assert set(names) == {event["home_team"], event["away_team"]}
            assert sum(points) == 0
        case "totals":
            assert names == ["Over", "Under"]
            assert points[0] == points[1]


def test_bookmakers_differ_a_little_and_lines_move(provider: Provider) -> None:
    def spreads(event: dict[str, Any]) -> list[float]:
        return [
            outcome["point"]
            for book in event["bookmakers"]
            for market in book["markets"]
            if market["key"] == "spreads"
            for outcome in market["outcomes"]
            if outcome["name"] == event["home_team"]
        ]

    first = provider.odds()
    provider.now += timedelta(minutes=5)
    later = {event["id"]: event for event in provider.odds()}

    assert any(len(set(spreads(event))) > 1 for event in first)
    assert all(max(spreads(event)) - min(spreads(event)) <= 1 for event in first)
    both = [(event, later[event["id"]]) for event in first if event["id"] in later]
    assert any(spreads(before) != spreads(after) for before, after in both)


def test_there_is_always_a_game_that_can_still_be_picked(provider: Provider) -> None:
    for seconds in range(0, 900, 7):
        now = NOW + timedelta(seconds=seconds)
        soonest = board(now)[0].tip_off - now
        assert OFF_THE_BOARD <= soonest <= OFF_THE_BOARD + TIP_OFF_EVERY


def test_a_game_is_played_and_its_score_stays(provider: Provider) -> None:
    game = provider.odds()[0]
    tip_off = datetime.fromisoformat(game["commence_time"])
    before = provider.scores()[game["id"]]
    provider.now = tip_off + LASTS / 2
    during = provider.scores()[game["id"]]
    provider.now = tip_off + LASTS
    after = provider.scores()[game["id"]]
    provider.now = tip_off + timedelta(days=2)
    long_after = provider.scores()[game["id"]]

    assert (before["completed"], before["scores"], before["last_update"]) == (False, None, None)
    assert during["completed"] is False
    assert {score["name"] for score in during["scores"]} == {game["home_team"], game["away_team"]}
    assert all(isinstance(score["score"], str) for score in during["scores"])
    assert after["completed"] is True
    assert len({score["score"] for score in after["scores"]}) == 2, "no game of basketball ends in a tie"
    assert long_after["scores"] == after["scores"]


def test_scores_are_told_of_games_that_were_offered_even_by_an_earlier_run(tmp_path: Path) -> None:
    earlier = Provider(tmp_path / "offered.json")
    offered = {event["id"] for event in earlier.odds()}
    later = Provider(tmp_path / "offered.json")
    later.now += timedelta(hours=1)

    assert {game["id"] for game in later.scores().values() if game["completed"]} == offered

    (tmp_path / "offered.json").write_text("[1]", encoding="utf-8")
    assert not any(game["completed"] for game in Provider(tmp_path / "offered.json").scores().values())


def test_without_days_there_are_no_finished_games(provider: Provider) -> None:
    provider.odds()
    provider.now += timedelta(hours=1)

    games = json.loads(provider.get("scores", apiKey=KEY).data)

    assert games
    assert not any(game["completed"] for game in games)


def test_credits_are_counted(provider: Provider) -> None:
    headers = [
        provider.get("odds", **ODDS).headers,
        provider.get("odds", **{**ODDS, "markets": "h2h", "regions": "us,uk"}).headers,
        provider.get("scores", apiKey=KEY).headers,
        provider.get("scores", apiKey=KEY, daysFrom="3").headers,
        provider.get("odds", apiKey=KEY).headers,
    ]

    assert [int(header["x-requests-last"]) for header in headers] == [3, 2, 1, 2, 0]
    assert [int(header["x-requests-used"]) for header in headers] == [3, 5, 6, 8, 8]
    assert {int(header["x-requests-used"]) + int(header["x-requests-remaining"]) for header in headers} == {100_000}


@pytest.mark.parametrize(
    ("path", "parameters", "status", "code"),
    [
        ("basketball_nba/odds", {}, 401, "MISSING_KEY"),
        ("basketball_nba/odds", {"apiKey": "wrong"}, 401, "INVALID_KEY"),
        ("basketball_nba/odds", {"apiKey": KEY}, 422, "MISSING_REGION"),
        ("basketball_nba/odds", {**ODDS, "regions": "mars"}, 422, "INVALID_REGION"),
        ("basketball_nba/odds", {**ODDS, "markets": "h2h,player_points"}, 422, "INVALID_MARKET"),
        ("basketball_nba/odds", {**ODDS, "oddsFormat": "roman"}, 422, "INVALID_ODDS_FORMAT"),
        ("basketball_nba/odds", {**ODDS, "dateFormat": "moon"}, 422, "INVALID_DATE_FORMAT"),
        ("basketball_nba/scores", {"apiKey": KEY, "daysFrom": "4"}, 422, "INVALID_SCORES_DAYS_FROM"),
        ("curling/odds", ODDS, 404, "UNKNOWN_SPORT"),
    ],
)
def test_errors(provider: Provider, path: str, parameters: dict[str, str], status: int, code: str) -> None:
    response = provider.client.get(f"/v4/sports/{path}", query_string=parameters)

    body = json.loads(response.data)
    assert (response.status_code, body["error_code"]) == (status, code)
    assert set(body) == {"message", "error_code", "details_url"}
    assert "x-requests-remaining" in response.headers


def test_decimal_odds_and_unix_times_are_the_providers_defaults_and_options(provider: Provider) -> None:
    events = json.loads(provider.get("odds", apiKey=KEY, regions="us", dateFormat="unix").data)

    prices = [
        outcome["price"]
        for book in events[0]["bookmakers"]
        for market in book["markets"]
        for outcome in market["outcomes"]
    ]
    assert all(isinstance(price, float) and price > 1 for price in prices)
    assert isinstance(events[0]["commence_time"], int)


def test_no_two_teams_meet_twice_on_a_day_of_the_league() -> None:
    # Three days around the end of daylight saving time, one of which has 25 hours.
    games = finished(datetime(2026, 11, 3, tzinfo=UTC), timedelta(days=3))

    meetings = [(game.tip_off.astimezone(LEAGUE_ZONE).date(), frozenset({game.home, game.away})) for game in games]
    assert len(games) > 1_200
    assert len(set(meetings)) == len(meetings)
    assert len({game.id for game in games}) == len(games)
    home_wins = sum(home > away for home, away in (game.final_score for game in games))
    assert 0.5 < home_wins / len(games) < 0.65
