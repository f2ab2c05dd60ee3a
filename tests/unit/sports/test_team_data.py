"""The data of teams: every spelling names one team, and every team of a recorded NBA season is found."""

import csv
import gzip
import json
from collections import defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pickvs.sports.teams.rules import normalised

REFERENCE = Path(__file__).parents[3] / "functions" / "migrate" / "reference"
SIZES = {
    "basketball_nba": 30,
    "basketball_wnba": 15,
    "americanfootball_nfl": 32,
    "baseball_mlb": 30,
    "icehockey_nhl": 32,
    "soccer_epl": 20,
}


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TEAMS, ALIASES = rows("teams.csv"), rows("team_aliases.csv")


def test_each_league_is_whole_and_each_team_has_its_own_names() -> None:
    by_sport = defaultdict[str, list[dict[str, str]]](list)
    for team in TEAMS:
        by_sport[team["sport"]].append(team)
        assert team["listed"] in {"yes", "no"}
        assert all(team.values()) or (team["key"], team["city"]) == ("ath", "")
        assert ZoneInfo(team["time_zone"])
    assert {sport: sum(team["listed"] == "yes" for team in teams) for sport, teams in by_sport.items()} == SIZES
    for teams in by_sport.values():
        for column in ("key", "name", "short_name", "abbreviation"):
            assert len({normalised(team[column]) for team in teams}) == len(teams), column


def test_an_alias_names_one_team_that_exists() -> None:
    known = {(team["sport"], team["key"]) for team in TEAMS}
    canonical = {(team["sport"], normalised(team["name"])): team["key"] for team in TEAMS}
    named = defaultdict[tuple[str, str, str], set[str]](set)
    for alias in ALIASES:
        assert (alias["sport"], alias["team"]) in known
        spelling = normalised(alias["alias"])
        assert canonical.get((alias["sport"], spelling), alias["team"]) == alias["team"], alias
        named[alias["sport"], alias["provider"], spelling].add(alias["team"])
    assert [key for key, teams in named.items() if len(teams) > 1] == []


@pytest.mark.parametrize(
    ("spelling", "key"),
    [("LA Clippers", "lac"), ("Philadelphia Sixers", "phi"), ("NOP", "nop"), ("GS", "gsw"), ("PHO", "phx")],
)
def test_well_known_spellings_are_there(spelling: str, key: str) -> None:
    found = {
        alias["team"]
        for alias in ALIASES
        if alias["sport"] == "basketball_nba" and normalised(alias["alias"]) == normalised(spelling)
    }
    assert found == {key}


def test_every_team_of_a_recorded_season_is_found(recordings: Path) -> None:
    names = {normalised(team["name"]) for team in TEAMS if team["sport"] == "basketball_nba"}
    with gzip.open(recordings / "odds_api" / "nba_2023_24_scores.jsonl.gz", "rt", encoding="utf-8") as lines:
        answers = [json.loads(line) for line in lines]
    games = [
        game for answer in answers for game in (answer if isinstance(answer, list) else answer.get("data", [answer]))
    ]
    seen = {game[side] for game in games for side in ("home_team", "away_team")}
    assert len(seen) >= 30
    assert {name for name in seen if normalised(name) not in names} == set()


def test_every_team_of_a_closed_league_in_the_single_answers_is_found(recordings: Path) -> None:
    names = {(team["sport"], normalised(team["name"])) for team in TEAMS}
    seen = {
        (event["sport_key"], event[side])
        for path in (recordings / "odds_api" / "single").glob("*.json")
        for event in json.loads(path.read_bytes())
        if event["sport_key"] in SIZES
        for side in ("home_team", "away_team")
    }
    assert {sport for sport, _ in seen} == {"basketball_nba", "americanfootball_nfl", "icehockey_nhl"}
    # The franchise moved to Utah as the Hockey Club, and is the Mammoth now.
    known = names | {("icehockey_nhl", normalised("Utah Hockey Club"))}
    assert {(sport, name) for sport, name in seen if (sport, normalised(name)) not in known} == set()
    assert {("icehockey_nhl", "Arizona Coyotes"), ("icehockey_nhl", "Utah Hockey Club")} <= seen
    moved = {
        (alias["sport"], alias["team"], alias["provider"])
        for alias in ALIASES
        if normalised(alias["alias"]) == normalised("Utah Hockey Club")
    }
    assert ("icehockey_nhl", "uta", "any") in moved
