"""ESPN's answers, each oddity a test. The recordings are read whole where they are at hand."""

import gzip
import json
from collections import Counter
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.jobs.errors import BadAnswer
from pickvs.markets.providers.espn import LEAGUES, scoreboard, summary
from pickvs.markets.providers.espn_parsing import read_scoreboard, read_summary
from pickvs.markets.values import PlayStatement
from pickvs.sports.rules import SPORTS, local_date
from tests.support import espn

NBA = "basketball_nba"
TEAMS = "Charlotte Hornets", "Oklahoma City Thunder"


def read(*events: Any) -> tuple[list[PlayStatement], list[str]]:
    capture = read_scoreboard(json.dumps(espn.board(*events)).encode(), NBA)
    return list(capture.items), [part.reason for part in capture.skipped]


def one(event: dict[str, Any]) -> PlayStatement:
    [item], [] = read(event)
    return item


def refused(event: Any) -> str:
    [], [reason] = read(event)
    return reason


# ------------------------------------------------------------------------------------------------------ recordings


def recorded(recordings: Path, name: str) -> bytes:
    path = recordings / "stats" / f"{name}.json.gz"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return gzip.decompress(path.read_bytes())


def test_the_recorded_nba_games(recordings: Path) -> None:
    capture = read_scoreboard(recorded(recordings, "espn_scoreboard_nba_states_2022"), NBA)
    assert capture.skipped == ()
    said = {item.fixture.provider_id: (item.state, item.home_score, item.away_score) for item in capture.items}
    assert said == {
        "401474841": ("scheduled", None, None),
        "401474845": ("final", 134, 93),
        "401474846": ("under_way", 47, 41),
        "401468616": ("scheduled", None, None),
    }
    assert all(item.began_at is None for item in capture.items)
    detroit = next(item.fixture for item in capture.items if item.fixture.provider_id == "401468616")
    assert (detroit.home_team, detroit.away_team) == ("Detroit Pistons", "Utah Jazz")
    assert detroit.commence_time == datetime(2022, 12, 21, tzinfo=UTC)
    assert local_date(NBA, detroit.commence_time) == date(2022, 12, 20), "the date is UTC; the game is a day earlier"


def test_the_recorded_nfl_week(recordings: Path) -> None:
    capture = read_scoreboard(recorded(recordings, "espn_scoreboard_nfl"), "americanfootball_nfl")
    assert capture.skipped == ()
    assert Counter(item.state for item in capture.items) == {"under_way": 8, "scheduled": 6, "final": 2}
    rams = next(item for item in capture.items if item.fixture.home_team == "Los Angeles Rams")
    assert (rams.home_score, rams.away_score) == (10, 31)


def test_the_recorded_summary_says_when_the_game_began(recordings: Path) -> None:
    [game] = read_summary(recorded(recordings, "espn_summary_nba_401810084"), NBA).items
    assert (game.fixture.home_team, game.home_score, game.away_score) == ("Charlotte Hornets", 96, 109)
    assert game.state == "final"
    assert game.fixture.commence_time == datetime(2025, 11, 16, tzinfo=UTC)
    assert game.began_at == datetime(2025, 11, 16, 0, 10, 43, tzinfo=UTC), "ten minutes after the announced time"


# -------------------------------------------------------------------------------------------------------- oddities


def test_scores_are_strings_and_those_before_the_start_are_none() -> None:
    final = one(espn.event(*TEAMS, "96", "109"))
    assert (final.state, final.home_score, final.away_score) == ("final", 96, 109)
    assert one(espn.event(*TEAMS, 96, 109)).home_score == 96
    before = one(espn.event(*TEAMS, "0", "0", status="STATUS_SCHEDULED"))
    assert (before.home_score, before.away_score) == (None, None)
    for nonsense in ("", "6-10", "-1", None, True, 1.5, [], "99999"):
        assert "score" in refused(espn.event(*TEAMS, nonsense, "109"))
        assert one(espn.event(*TEAMS, nonsense, "109", status="STATUS_SCHEDULED")).state == "scheduled"


def test_a_final_that_cannot_be_true_is_none() -> None:
    """A game that was called off can end as "0" to "0", and scores that swapped sides contradict the winner."""
    for score in ("0", "101"):
        assert "tie" in refused(espn.event(*TEAMS, score, score))
        assert one(espn.event(*TEAMS, score, score, status="STATUS_IN_PROGRESS")).home_score == int(score)
    event = espn.event(*TEAMS, "96", "109")
    home, away = event["competitions"][0]["competitors"]
    home["winner"], away["winner"] = False, True
    assert one(event).away_score == 109
    home["winner"], away["winner"] = True, False
    assert "winner" in refused(event)
    body = json.dumps(espn.summary(event)).encode()
    assert [part.reason for part in read_summary(body, NBA).skipped] == [refused(event)]
    drawn = espn.board(espn.event("Dallas Cowboys", "Green Bay Packers", "40", "40"))
    [tie] = read_scoreboard(json.dumps(drawn).encode(), "americanfootball_nfl").items
    assert (tie.home_score, tie.away_score) == (40, 40)


def test_sides_are_read_by_name_and_never_by_position() -> None:
    event = espn.event(*TEAMS, "96", "109")
    event["competitions"][0]["competitors"].reverse()
    game = one(event)
    assert (game.fixture.home_team, game.home_score, game.away_score) == (TEAMS[0], 96, 109)
    event["competitions"][0]["competitors"][0]["homeAway"] = "home"
    assert "one at home and one away" in refused(event)


def test_a_day_without_games_is_an_empty_answer() -> None:
    assert read() == ([], [])


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("STATUS_SCHEDULED", "scheduled"),
        ("STATUS_IN_PROGRESS", "under_way"),
        ("STATUS_FINAL", "final"),
        ("STATUS_POSTPONED", "postponed"),
        ("STATUS_SUSPENDED", "suspended"),
        ("STATUS_CANCELED", "cancelled"),
        ("STATUS_FORFEIT", "forfeit"),
    ],
)
def test_states_by_their_names(status: str, state: str) -> None:
    assert one(espn.event(*TEAMS, "1", "2", status=status)).state == state


def test_a_final_after_overtime_is_a_final() -> None:
    event = espn.event(*TEAMS, "120", "118")
    event["competitions"][0]["status"]["type"]["detail"] = "Final/OT"
    assert one(event).state == "final"


def with_status(**changes: object) -> dict[str, Any]:
    event = espn.event(*TEAMS, "96", "109")
    del event["status"]
    event["competitions"][0]["status"]["type"] |= changes
    return event


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"completed": False}, "contradicted"),
        ({"state": "in"}, "contradicted"),
        ({"name": "STATUS_IN_PROGRESS"}, "contradicted"),
        ({"name": "STATUS_IN_PROGRESS", "completed": False}, "contradicted"),
        ({"name": "STATUS_SCHEDULED", "state": "pre"}, "contradicted"),
        ({"name": "STATUS_SOMETHING_NEW"}, "STATUS_SOMETHING_NEW is not known"),
        ({"completed": "true"}, "not readable"),
        ({"state": "over"}, "not readable"),
        ({"name": None}, "not readable"),
    ],
)
def test_a_game_is_final_only_if_name_state_and_completed_say_so(changes: dict[str, object], says: str) -> None:
    assert says in refused(with_status(**changes))


def test_a_name_that_is_not_known_before_the_end_is_read_by_its_state() -> None:
    assert one(with_status(name="STATUS_RAIN_DELAY", state="in", completed=False)).state == "under_way"
    assert one(with_status(name="STATUS_DELAYED", state="pre", completed=False)).state == "scheduled"


def test_two_statuses_that_differ_are_none() -> None:
    event = espn.event(*TEAMS, "96", "109")
    event["status"] = espn.event(*TEAMS, status="STATUS_IN_PROGRESS")["status"]
    assert "two that differ" in refused(event)


def test_an_id_that_occurs_twice_is_left_out_both_times() -> None:
    items, skipped = read(espn.event(*TEAMS, "1", "2"), espn.event("Utah Jazz", "Boston Celtics", "3", "4"))
    assert items == []
    assert len(skipped) == 2


@pytest.mark.parametrize(
    ("body", "says"),
    [(b"<!doctype html>", "looks like HTML"), (b'{"events": [', "not complete JSON"), (b"[]", "not an object")],
)
def test_what_is_no_scoreboard_is_a_bad_answer(body: bytes, says: str) -> None:
    for reader in (read_scoreboard, read_summary):
        with pytest.raises(BadAnswer, match=says):
            reader(body, NBA)


@pytest.mark.parametrize("body", [b"{}", b'{"events": {}}', b'{"events": null}'])
def test_half_an_answer_is_not_an_empty_day(body: bytes) -> None:
    capture = read_scoreboard(body, NBA)
    assert capture.skipped_share == 1


def test_a_summary_without_a_first_play_states_no_start() -> None:
    event = espn.event(*TEAMS, "96", "109")
    for meta in ({}, {"firstPlayWallClock": "soon"}, {"firstPlayWallClock": None}):
        body = json.dumps({**espn.summary(event), "meta": meta}).encode()
        [game] = read_summary(body, NBA).items
        assert (game.began_at, game.home_score) == (None, 96)
    [game] = read_summary(json.dumps(espn.summary(event, "2024-01-11T00:12:05Z")).encode(), NBA).items
    assert game.began_at == datetime(2024, 1, 11, 0, 12, 5, tzinfo=UTC)


_DAMAGE = st.sampled_from([None, "", "x", 0, -1, True, [], {}, "\0", "9" * 400])


@given(st.data())
def test_any_damage_is_left_out_with_a_reason(data: st.DataObject) -> None:
    good, broken = espn.event("Utah Jazz", "Boston Celtics", "3", "4", number=2), espn.event(*TEAMS, "96", "109")
    parts: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
            parts.append((node, key))
            walk(node[key])

    broken = deepcopy(broken)
    walk(broken)
    node, key = data.draw(st.sampled_from(parts))
    node[key] = data.draw(_DAMAGE)
    items, skipped = read(good, broken)
    assert len(items) + len(skipped) == 2
    assert one(good) in items
    for item in items:
        assert item.state != "final" or (item.home_score is not None and item.away_score is not None)


def test_questions_name_the_league_and_the_day() -> None:
    asked = scoreboard(NBA, date(2024, 1, 5))
    assert asked.path == "/apis/site/v2/sports/basketball/nba/scoreboard"
    assert asked.parameters == {"dates": "20240105"}
    assert summary(NBA, "401810084").parameters == {"event": "401810084"}
    assert {SPORTS[sport].roster for sport in LEAGUES} == {"closed"}
