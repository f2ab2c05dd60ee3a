"""What DraftKings tells of its slates is read by name, and left out where it is not understood."""

import copy
import gzip
import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.slates.fetching import AHEAD, CLOSE, OFTEN, SELDOM, next_round
from pickvs.dfs.slates.providers.draftkings_parsing import Group, read_group, read_lobby
from pickvs.dfs.slates.rules import SlateFacts
from pickvs.jobs.errors import BadAnswer
from tests.support.draftkings import NFL, SHOWDOWN, document, draftables, lobby, row, rules

START = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)
GROUP = Group(41793, 1, FORMATS["dk_nfl_classic"], "Thanksgiving", START)
GAMES = {1: (START, "Upcoming")}
WR, FLEX = 62, 64


def facts(body: bytes, group: Group = GROUP) -> tuple[SlateFacts | None, list[str]]:
    capture = read_group(body, group)
    return (capture.items[0] if capture.items else None), [each.reason for each in capture.skipped]


def test_slates_of_known_formats_are_found_in_a_lobby() -> None:
    groups = [(1, START, "Classic"), (2, START, "Showdown Captain Mode"), (3, START, "Tiers")]
    found = read_lobby(json.dumps(lobby("NBA", groups)).encode())
    assert [(each.id, each.kind.id, each.rules, each.starts_at, each.name) for each in found.items] == [
        (1, "dk_nba_classic", 1, START, "Classic 2026-11-26 (Main)"),
        (2, "dk_nba_showdown", 114, START, "Showdown 2026-11-26 (Main)"),
    ]
    damaged = lobby("NBA", groups)
    damaged["DraftGroups"][0]["StartDate"] = "soon"
    assert [each.provider_id for each in read_lobby(json.dumps(damaged).encode()).skipped] == ["1"]
    with pytest.raises(BadAnswer):
        read_lobby(b"<html>Access denied</html>")


@pytest.mark.parametrize(
    ("said", "status"), [("None", ""), ("", ""), ("O", "O"), (None, None), (7.5, None), ([], None)]
)
def test_a_status_is_none_only_if_the_site_says_so(said: object, status: str | None) -> None:
    slate, _ = facts(document(rules(NFL), draftables([row(11, 7, WR, 5600, status=said)], GAMES)))
    assert slate is not None
    assert [player.status for player in slate.players] == [status]


def test_the_rows_of_a_player_become_one_with_the_number_of_the_files() -> None:
    players = [row(12, 7, FLEX, 5600), row(11, 7, WR, 5600, status="Q"), row(13, 8, FLEX, 4000, isDisabled=True)]
    slate, skipped = facts(document(rules(NFL), draftables(players, GAMES)))
    assert slate is not None
    assert skipped == []
    [player] = slate.players
    assert (player.site_player_id, player.slots, player.salary, player.status) == ("11", ("WR", "FLEX"), 5600, "Q")
    assert (player.average_points, player.team, player.game) == (Decimal("12.50"), "HOU", "HOU@DET")
    assert [(game.key, game.away, game.home, game.starts_at) for game in slate.games] == [
        ("HOU@DET", "HOU", "DET", START)
    ]


def test_a_captain_has_a_number_and_a_salary_of_his_own() -> None:
    showdown = Group(9, 114, FORMATS["dk_nba_showdown"], "Showdown", START)
    players = [row(21, 7, 60, 15_900), row(22, 7, 61, 10_600)]
    slate, _ = facts(document(rules(SHOWDOWN), draftables(players, GAMES)), showdown)
    assert slate is not None
    [player] = slate.players
    assert (player.site_player_id, player.salary, player.captain_site_id, player.captain_salary) == (
        "22",
        10_600,
        "21",
        15_900,
    )


@pytest.mark.parametrize(
    ("state", "read"),
    [("Postponed", "postponed"), ("In Progress", "live"), ("ScoresOfficial", "finished"), ("Cancelled", "cancelled")],
)
def test_a_game_has_the_state_that_the_site_says(state: str, read: str) -> None:
    slate, _ = facts(document(rules(NFL), draftables([row(11, 7, WR, 5600)], {1: (START, state)})))
    assert slate is not None
    assert [game.state for game in slate.games] == [read]


@pytest.mark.parametrize(
    "players",
    [
        [row(11, 7, WR, 5600, displayName="")],
        [row(11, 7, WR, 5600, game=2)],
        [row(11, 7, 99, 5600)],
        [row(11, 7, WR, 5600), row(12, 7, FLEX, 5700)],
        [{**row(11, 7, WR, 5600), "salary": "5600"}],
        [row(11, 7, WR, 5600, draftableId=None)],
    ],
)
def test_a_player_who_is_not_understood_is_left_out(players: list[dict[str, Any]]) -> None:
    good = row(31, 9, WR, 3000)
    slate, skipped = facts(document(rules(NFL), draftables([*players, good], GAMES)))
    assert slate is not None
    assert ([each.site_player_id for each in slate.players], len(skipped)) == (["31"], 1)
    alone, skipped = facts(document(rules(NFL), draftables(players, GAMES)))
    assert (alone, len(skipped)) == (None, 2)


@pytest.mark.parametrize("other", [rules(NFL, 60_000), rules(NFL[:-1]), {}, rules([*NFL[:-1], "K"])])
def test_rules_that_are_not_the_formats_refuse_the_slate(other: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer, match="dk_nfl_classic"):
        facts(document(other, draftables([row(11, 7, WR, 5600)], GAMES)))


def test_damaged_documents_never_break_the_reader() -> None:
    chance = random.Random(16)  # noqa: S311 - a game of chance, not a secret
    whole = json.loads(document(rules(NFL), draftables([row(11, 7, WR, 5600), row(12, 7, FLEX, 5600)], GAMES)))
    outcomes: Counter[str] = Counter()
    for _ in range(1500):
        damaged = copy.deepcopy(whole)
        at: Any = damaged
        while True:
            key = chance.choice([*at] if isinstance(at, dict) else [*range(len(at))])
            if not isinstance(at[key], dict | list) or not at[key] or chance.random() < 0.1:
                at[key] = chance.choice([None, True, -1, 10**40, 1e308, "", "x" * 200, [], {}, "\0", [[]]])
                break
            at = at[key]
        try:
            slate, _ = facts(json.dumps(damaged).encode())
        except BadAnswer:
            outcomes["refused"] += 1
        else:
            outcomes["nothing" if slate is None else "read"] += 1
    assert min(outcomes[each] for each in ("refused", "nothing", "read")) > 50, outcomes


def test_the_recorded_answers_are_read(recordings: Path) -> None:
    def recorded(name: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(gzip.decompress((recordings / "dfs_feeds" / name).read_bytes()))
        return answer

    of_rules = recorded("dk_gametype_rules_nfl_classic.json.gz")
    before, _ = facts(document(of_rules, recorded("dk_draftables_nfl_2020-11-26_upcoming.json.gz")))
    after, _ = facts(document(of_rules, recorded("dk_draftables_nfl_2020-11-26_one_game_postponed.json.gz")))
    assert before is not None
    assert after is not None
    assert (len(before.players), len(after.players)) == (119, 80), "of the postponed game nobody can be drafted"
    assert {game.key: game.state for game in after.games} == {
        "HOU@DET": "scheduled",
        "WAS@DAL": "scheduled",
        "BAL@PIT": "postponed",
    }
    assert {player.game for player in after.players} == {"HOU@DET", "WAS@DAL"}
    assert read_lobby(json.dumps(recorded("dk_lobby_getcontests_mlb_2020-11-22.json.gz")).encode()).items == ()


def test_the_next_round_is_close_where_a_slate_locks_soon() -> None:
    now = START - timedelta(hours=10)
    assert next_round(now, []) is None
    assert next_round(now, [now + AHEAD + CLOSE]) is None
    assert next_round(now, [START]) == now + SELDOM
    assert next_round(START - timedelta(minutes=90), [START]) == START - CLOSE
    assert next_round(START - CLOSE, [START]) == START - CLOSE + OFTEN
    assert next_round(START + OFTEN, [START]) == START + OFTEN + SELDOM, "postponed games, and late ones"
