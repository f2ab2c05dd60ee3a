"""The oddities of the sources, each on an answer in the recorded shape, and on recordings where they are present."""

import copy
import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pickvs.jobs.errors import BadAnswer
from pickvs.predictions.statistics.boxes.rules import SCHEMAS, differences, reasons_against
from pickvs.predictions.statistics.providers import (
    balldontlie_parsing,
    espn_parsing,
    nflverse_parsing,
    statsapi_parsing,
)
from pickvs.sports.players.rules import player_name
from tests.support.box_scores import (
    AWAY,
    ESPN_KEYS,
    HOME,
    MadeGame,
    balldontlie_boxes,
    balldontlie_games,
    body,
    espn_scoreboard,
    espn_summary,
)

NBA, NFL, MLB = "basketball_nba", "americanfootball_nfl", "baseball_mlb"
GAME = MadeGame()


def test_columns_are_read_by_key_in_any_order() -> None:
    [usual] = espn_parsing.read_box_score(body(espn_summary(GAME)), NBA).items
    [other] = espn_parsing.read_box_score(body(espn_summary(GAME, keys=ESPN_KEYS[::-1])), NBA).items
    assert usual == other
    assert reasons_against(usual, GAME.score) == []


def test_columns_are_read_by_label_where_there_are_no_keys() -> None:
    answer = espn_summary(GAME)
    for team in answer["boxscore"]["players"]:
        del team["statistics"][0]["keys"]
    assert (
        espn_parsing.read_box_score(body(answer), NBA).items
        == espn_parsing.read_box_score(body(espn_summary(GAME)), NBA).items
    )


def test_who_did_not_play_has_no_statistics_whatever_else_is_said() -> None:
    [box] = espn_parsing.read_box_score(body(espn_summary(GAME)), NBA).items
    assert [len(side.players) for side in box.sides] == [10, 10]
    assert not [player for side in box.sides for player in side.players if player.name.startswith("Sits Out")]


def test_scores_and_pairs_are_strings_and_the_date_is_utc() -> None:
    [box] = espn_parsing.read_box_score(body(espn_summary(GAME)), NBA).items
    [game] = espn_parsing.read_schedule(body(espn_scoreboard(GAME)), NBA).items
    first = box.home.players[0]
    assert (box.home.points, box.away.points) == game.points == GAME.score
    assert first.statistics == GAME.players[HOME][0].counts
    assert game.starts_at == datetime(2025, 11, 16, tzinfo=UTC)
    assert (game.season, game.phase, game.is_neutral) == (2025, "regular", False)


@pytest.mark.parametrize(
    ("kind", "phase"), [(1, "preseason"), (2, "regular"), (3, "playoffs"), (5, "play_in"), (9, None)]
)
def test_the_kind_of_a_game_is_what_its_season_says(kind: int, phase: str | None) -> None:
    games = espn_parsing.read_schedule(body(espn_scoreboard(GAME, kind=kind)), NBA).items
    assert [game.phase for game in games] == ([phase] if phase else [])


@pytest.mark.parametrize(
    "read",
    [
        lambda: espn_parsing.read_schedule(body({"events": []}), NBA),
        lambda: statsapi_parsing.read_schedule(body({"dates": []}), MLB),
        lambda: balldontlie_parsing.read_schedule(body({"data": []}), NBA),
    ],
)
def test_a_day_without_games_is_no_failure(read: Any) -> None:
    assert (read().items, read().skipped) == ((), ())


@pytest.mark.parametrize(
    "read",
    [
        lambda text: espn_parsing.read_schedule(text, NBA),
        lambda text: espn_parsing.read_box_score(text, NBA),
        lambda text: espn_parsing.read_injuries(text, NBA),
        lambda text: statsapi_parsing.read_schedule(text, MLB),
        lambda text: statsapi_parsing.read_box_score(text, MLB, "1"),
        lambda text: balldontlie_parsing.read_schedule(text, NBA),
        lambda text: balldontlie_parsing.read_box_scores(text, NBA),
        lambda text: nflverse_parsing.read_schedule(text, date(2025, 9, 7)),
        lambda text: nflverse_parsing.read_box_scores(text, {}),
    ],
)
@pytest.mark.parametrize("text", [b"<!doctype html><p>blocked", b"", b"[1]", b"\xff\xfe"])
def test_what_is_no_answer_is_said_to_be_none(read: Any, text: bytes) -> None:
    with pytest.raises(BadAnswer):
        read(text)


def test_two_sources_say_the_same_of_one_game() -> None:
    [one] = espn_parsing.read_box_score(body(espn_summary(GAME)), NBA).items
    [other] = balldontlie_parsing.read_box_scores(body(balldontlie_boxes(GAME)), NBA).items
    assert differences(one, other, player_name) == []
    assert reasons_against(other, GAME.score) == []
    [game] = balldontlie_parsing.read_schedule(body(balldontlie_games(GAME)), NBA).items
    assert (game.points, game.home, game.away, game.season) == (GAME.score, HOME, AWAY, 2025)


def test_names_are_the_same_without_accents_points_and_suffixes() -> None:
    assert player_name("Luka Dončić") == player_name("Luka Doncic")
    assert player_name("Michael Porter Jr.") == player_name("Michael Porter")
    assert player_name("P.J. Washington") == player_name("PJ Washington")
    assert player_name("Jabari Smith Jr") != player_name("Jalen Smith")


def mlb_box() -> dict[str, Any]:
    """Return a box score of MLB: nine who bat, a pitcher who does not, and one on the bench."""
    batting = dict.fromkeys(
        ("atBats", "hits", "doubles", "triples", "homeRuns", "runs", "rbi", "baseOnBalls", "strikeOuts", "stolenBases"),
        0,
    )
    pitching = {"outs": 27, "strikeOuts": 8, "baseOnBalls": 2, "hits": 9, "earnedRuns": 3}

    def team(name: str, first: int, runs: int) -> dict[str, Any]:
        players = {
            f"ID{first + place}": {
                "person": {"id": first + place, "fullName": f"Player {first + place}"},
                "jerseyNumber": str(place),
                "position": {"abbreviation": "LF"},
                "stats": {
                    "batting": {
                        **batting,
                        "atBats": 4,
                        "hits": 1,
                        "runs": int(place < runs),
                        "baseOnBalls": int(place < 2),
                        "strikeOuts": int(place < 8),
                    },
                    "pitching": {},
                },
            }
            for place in range(9)
        }
        for place, stats in ((9, {"batting": {}, "pitching": pitching}), (10, {"batting": {}, "pitching": {}})):
            players[f"ID{first + place}"] = {
                "person": {"id": first + place, "fullName": f"Player {first + place}"},
                "stats": stats,
            }
        return {"team": {"name": name}, "teamStats": {"batting": {"runs": runs}}, "players": players}

    return {
        "teams": {"home": team("Arizona Diamondbacks", 100, 5), "away": team("Toronto Blue Jays", 200, 4)},
    }


def test_who_did_not_bat_has_an_empty_object() -> None:
    [box] = statsapi_parsing.read_box_score(body(mlb_box()), MLB, "747175").items
    assert reasons_against(box, (5, 4)) == []
    assert [len(side.players) for side in box.sides] == [10, 10]
    pitcher = box.home.players[-1].statistics
    assert (pitcher["outs_pitched"], pitcher["at_bats"], pitcher["hits_allowed"]) == (27, 0, 9)
    answer = mlb_box()
    del answer["teams"]["away"]["players"]["ID209"]
    [part] = statsapi_parsing.read_box_score(body(answer), MLB, "747175").items
    assert {each.partition(":")[0] for each in reasons_against(part, (5, 4))} == {"incomplete"}


def test_a_player_whose_key_is_not_his_id_spoils_the_box_score() -> None:
    answer = mlb_box()
    answer["teams"]["home"]["players"]["ID999"] = answer["teams"]["home"]["players"].pop("ID100")
    assert statsapi_parsing.read_box_score(body(answer), MLB, "747175").items == ()


def mlb_game(number: int, starts: str, day: str, game: int = 775300, state: str = "F") -> dict[str, Any]:
    return {
        "gamePk": game,
        "gameType": "R",
        "season": "2024",
        "gameDate": starts,
        "officialDate": day,
        "status": {"codedGameState": state},
        "gameNumber": number,
        "teams": {
            "away": {"score": 3, "team": {"name": "New York Yankees"}},
            "home": {"score": 6, "team": {"name": "Los Angeles Dodgers"}},
        },
    }


def test_a_doubleheader_differs_by_its_number_and_a_postponed_game_is_the_later_row() -> None:
    first = mlb_game(1, "2024-07-06T17:05:00Z", "2024-07-06")
    second = mlb_game(2, "2024-07-06T23:05:00Z", "2024-07-06", game=775301)
    postponed = mlb_game(1, "2024-07-05T23:05:00Z", "2024-07-05", state="D")
    answer = {"dates": [{"games": [postponed]}, {"games": [second, first]}]}
    games = statsapi_parsing.read_schedule(body(answer), MLB).items
    assert {(game.provider_id, game.number, game.state, game.starts_at.day) for game in games} == {
        ("775300", 1, "final", 6),
        ("775301", 2, "final", 6),
    }


GAMES_CSV = (
    "game_id,season,game_type,week,gameday,gametime,away_team,away_score,home_team,home_score,location\n"
    "2025_01_KC_LAC,2025,REG,1,2025-09-05,20:00,KC,21,LAC,27,Neutral\n"
    "2025_01_LV_NE,2025,REG,1,2025-09-07,,LV,20,NE,13,Home\n"
)
WEEK_HEAD = (
    "player_id,player_display_name,position,season,week,team,attempts,completions,passing_yards,passing_tds,"
    "passing_interceptions,carries,rushing_yards,rushing_tds,targets,receptions,receiving_yards,receiving_tds\n"
)


def week_row(player: str, team: str, *values: object) -> str:
    return f"{player},Player {player},WR,2025,1,{team},{','.join(map(str, values))}\n"


def test_nflverse_is_read_by_column_and_an_empty_field_is_none() -> None:
    schedule = nflverse_parsing.read_schedule(GAMES_CSV.encode(), date(2025, 9, 5))
    [game] = schedule.items
    assert (game.points, game.is_neutral, game.starts_at) == ((27, 21), True, datetime(2025, 9, 6, 0, 0, tzinfo=UTC))
    rows = "".join(
        week_row(f"{team}-{number}", team, *("" for _ in range(8)), 5, 3, 40, 0)
        for team in ("KC", "LAC")
        for number in range(6)
    )
    passers = [week_row(f"{team}-passer", team, 30, 18, 240, 0, 1, 4, 9, 0, "", "", "", "") for team in ("KC", "LAC")]
    rows += "".join(passers)
    rows += week_row("KC-defender", "KC", *("" for _ in range(12)))
    rows += week_row("LV-1", "LV", *("" for _ in range(8)), 5, 3, 40, 0)
    weeks = nflverse_parsing.by_week(schedule.items)
    [box] = nflverse_parsing.read_box_scores((WEEK_HEAD + rows).encode(), weeks).items
    assert reasons_against(box, (27, 21)) == []
    assert [len(side.players) for side in box.sides] == [7, 7]
    assert box.home.players[0].statistics["receiving_yards"] == 40
    # Without a player who threw or caught it is not whole, though the score says nothing of it.
    for lost in (passers[0], week_row("LAC-3", "LAC", *("" for _ in range(8)), 5, 3, 40, 0)):
        [part] = nflverse_parsing.read_box_scores((WEEK_HEAD + rows.replace(lost, "")).encode(), weeks).items
        assert {each.partition(":")[0] for each in reasons_against(part, (27, 21))} == {"incomplete"}
    spoiled = nflverse_parsing.read_box_scores(
        (WEEK_HEAD + rows.replace("KC-1,Player", "KC-1,\x07", 1)).encode(), weeks
    )
    assert (spoiled.items, len(spoiled.skipped)) == ((), 1)


def test_every_statistic_of_a_sport_comes_from_its_preferred_source() -> None:
    [box] = statsapi_parsing.read_box_score(body(mlb_box()), MLB, "1").items
    assert box.home.players[0].statistics.keys() == SCHEMAS[MLB].statistics.keys()
    [nba] = espn_parsing.read_box_score(body(espn_summary(GAME)), NBA).items
    assert nba.home.players[0].statistics.keys() == SCHEMAS[NBA].statistics.keys()


def injuries(**changes: Any) -> bytes:
    injury = {
        "id": "-50368",
        "status": "Out",
        "date": "2026-04-22T21:37Z",
        "athlete": {
            "displayName": "Keshon Gilbert",
            "links": [{"href": "https://www.espn.com/nba/player/_/id/4585618/keshon-gilbert"}],
        },
        "type": {"name": "INJURY_STATUS_OUT"},
        "details": {"type": "Abdomen", "detail": "Surgery"},
        **changes,
    }
    return body({"injuries": [{"displayName": "Atlanta Hawks", "injuries": [injury]}]})


def test_an_injury_names_the_player_in_a_link() -> None:
    [injury] = espn_parsing.read_injuries(injuries(), NBA).items
    assert (injury.provider_id, injury.team, injury.status, injury.reason) == (
        "4585618",
        "Atlanta Hawks",
        "out",
        "Abdomen, Surgery",
    )
    assert espn_parsing.read_injuries(injuries(type={"name": "INJURY_STATUS_NEW"}), NBA).items == ()
    assert espn_parsing.read_injuries(injuries(date="yesterday"), NBA).items == ()


class TestRecorded:
    def read(self, recordings: Path, name: str) -> bytes:
        return gzip.decompress((recordings / name).read_bytes())

    def test_the_recorded_box_score_of_the_nba_is_final(self, recordings: Path) -> None:
        [box] = espn_parsing.read_box_score(
            self.read(recordings, "stats/espn_summary_nba_401810084.json.gz"), NBA
        ).items
        assert (box.home.team, box.home.points, box.away.points) == ("Charlotte Hornets", 96, 109)
        assert reasons_against(box, (96, 109)) == []

    def test_the_recorded_box_score_of_mlb_is_final(self, recordings: Path) -> None:
        answer = self.read(recordings, "stats/mlb_boxscore_747175.json.gz")
        [box] = statsapi_parsing.read_box_score(answer, MLB, "747175").items
        assert reasons_against(box, (box.home.points, box.away.points)) == []
        spoiled = json.loads(answer)
        away = spoiled["teams"]["away"]
        away["teamStats"]["batting"]["runs"] += 1
        [box] = statsapi_parsing.read_box_score(body(spoiled), MLB, "747175").items
        assert reasons_against(box, (box.home.points, box.away.points))

    def test_the_recorded_schedules_are_read_whole(self, recordings: Path) -> None:
        nfl = espn_parsing.read_schedule(self.read(recordings, "stats/espn_scoreboard_nfl.json.gz"), NFL)
        assert (len(nfl.items), nfl.skipped) == (16, ())
        [world_series] = statsapi_parsing.read_schedule(self.read(recordings, "stats/mlb_schedule.json.gz"), MLB).items
        assert (world_series.points, world_series.phase, world_series.number) == ((6, 3), "playoffs", 1)

    def test_the_recorded_injuries_are_read_whole(self, recordings: Path) -> None:
        found = espn_parsing.read_injuries(self.read(recordings, "injuries/espn_nba_injuries_2026-06-15.json.gz"), NBA)
        assert (len(found.items), found.skipped) == (127, ())
        assert all(each.provider_id for each in found.items)


def test_half_a_box_score_is_not_final() -> None:
    answer = copy.deepcopy(espn_summary(GAME))
    for team in answer["boxscore"]["players"]:
        athletes = team["statistics"][0]["athletes"]
        del athletes[4:]
    [box] = espn_parsing.read_box_score(body(answer), NBA).items
    assert {reason.partition(":")[0] for reason in reasons_against(box, GAME.score)} >= {"players", "sum", "time"}
