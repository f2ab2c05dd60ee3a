"""Builds by the real handlers: asked for, built in the background, shown, cancelled."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.alarms import Alarms
from tests.support.dfs import MINUTE, NOW, TIP_OFF, Lounge

COUNT = 40


def test_a_build_is_asked_for_built_and_shown(lounge: Lounge, alarms: Alarms) -> None:
    made = lounge.slate(lounge.ada)
    asked = lounge.ask(lounge.ada, made, count=COUNT, max_exposure=0.5, locks=[made.ids[0]])
    assert (asked.status, asked.body["state"], asked.body["found"]) == (202, "queued", 0)
    assert alarms.woken == ["arn:build_lineups"]
    assert lounge.work() == {"done": 1, "put_off": 0, "failed": 0, "given_up": 0, "lost": 0}
    build = lounge.shown(lounge.ada, asked.body["id"])
    assert (build["state"], build["found"], build["wanted"], build["reason"]) == ("done", COUNT, COUNT, None)
    assert build["bound"] >= build["points"] > 0
    assert build["gap"] == pytest.approx((build["bound"] - build["points"]) / build["bound"], abs=1e-6)
    assert lounge.rows("SELECT * FROM agenda WHERE function = 'build_lineups'") == []

    lineups = pages(lounge, asked.body["id"])
    assert [each["number"] for each in lineups] == list(range(1, COUNT + 1))
    assert sum(each["points"] for each in lineups) == pytest.approx(build["points"])
    for each in lineups:
        assert [player["slot"] for player in each["players"]] == [slot.name for slot in made.pool.format.slots]
        assert sum(player["salary"] for player in each["players"]) == each["salary"] <= made.pool.format.cap
        assert made.ids[0] in [player["player_id"] for player in each["players"]]
    counts = {each["player_id"]: each for each in build["exposures"]}
    assert counts[made.ids[0]]["lineups"] == COUNT
    assert max(each["lineups"] for player, each in counts.items() if player != made.ids[0]) <= COUNT // 2
    assert {each["most"] for player, each in counts.items() if player != made.ids[0]} == {COUNT // 2}


def test_a_build_whose_exposures_are_too_tight_for_a_slot_says_who_holds_it_back(lounge: Lounge) -> None:
    made = lounge.slate(lounge.ada)
    centres = [
        player_id for player_id, player in zip(made.ids, made.pool.players, strict=True) if "C" in player.positions
    ]
    assert 0 < len(centres) < COUNT // 2
    shares = [{"player_id": centre, "max": 0.05} for centre in centres]  # two of 40 lineups each
    build = lounge.build(lounge.ada, made, count=COUNT, exposures=shares)
    lounge.work()
    shown = lounge.shown(lounge.ada, build)
    possible = 2 * len(centres)
    assert (shown["state"], shown["found"] <= possible) == ("partial", True)
    assert f"At most {possible} of {COUNT} lineups fit the maximal exposures." in shown["reason"]
    held = next(name for player, name in zip(made.ids, made.pool.players, strict=True) if player == centres[0]).name
    assert held in shown["reason"]


def test_a_build_with_little_choice_says_so_and_is_done(lounge: Lounge) -> None:
    made = lounge.slate(lounge.ada, players=34)
    build = lounge.build(lounge.ada, made, count=10, max_exposure=0.3)
    lounge.work()
    shown = lounge.shown(lounge.ada, build)
    assert (shown["state"], shown["found"]) == ("done", 10)
    assert "take 78 % of the places that the exposures leave to 34 players" in shown["reason"]


def pages(lounge: Lounge, build: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = lounge.get(lounge.ada, f"/dfs/builds/{build}/lineups", "list_lineups", limit="15", **cursor)
        assert answer.status == 200, answer.body
        found += answer.body["lineups"]
        if answer.body["next_cursor"] is None:
            return found
        cursor = {"cursor": answer.body["next_cursor"]}


def test_lineups_as_csv_have_the_names_by_slot(lounge: Lounge) -> None:
    made = lounge.slate(lounge.ada)
    build = lounge.build(lounge.ada, made, count=3)
    lounge.work()
    answer = lounge.get(lounge.ada, f"/dfs/builds/{build}/lineups.csv", "list_lineups_csv")
    lines = answer.body.splitlines()
    assert (answer.status, lines[0]) == (200, "number,points,salary,PG,SG,SF,PF,C,G,F,UTIL")
    names = {player.name for player in made.pool.players}
    assert [len(set(line.split(",")[3:]) & names) for line in lines[1:]] == [8, 8, 8]


def test_rules_that_contradict_each_other_end_it_with_the_conflict_and_a_way_out(lounge: Lounge) -> None:
    made = lounge.slate(lounge.ada)
    centres = [
        player_id for player_id, player in zip(made.ids, made.pool.players, strict=True) if player.positions == {"C"}
    ][:3]
    assert len(centres) == 3, "the slate must have three pure centres: one lineup has two places for them"
    for dry_run in (True, False):
        build = lounge.build(lounge.ada, made, count=5, locks=centres, dry_run=dry_run)
        lounge.work()
        shown = lounge.shown(lounge.ada, build)
        assert (shown["state"], shown["found"]) == ("failed", 0)
        assert {rule["player_id"] for rule in shown["conflict"]} == set(centres)
        assert [step["player_id"] in centres for step in shown["relaxation"]] == [True]
        assert shown["reason"].startswith("No lineup keeps these rules together: lock ")


def test_a_dry_run_says_that_the_rules_can_be_kept_and_builds_nothing(lounge: Lounge) -> None:
    made = lounge.slate(lounge.ada)
    build = lounge.build(lounge.ada, made, count=20, max_exposure=0.33, dry_run=True)
    lounge.work()
    shown = lounge.shown(lounge.ada, build)
    assert (shown["state"], shown["found"], lounge.lineups(build)) == ("done", 0, [])
    assert {each["most"] for each in shown["exposures"]} == {6}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"count": 4, "max_exposure": 0.1}, "4 lineups have 32 places"),
        ({"min_salary": 60_000}, "The least salary is $60,000, and the cap is $50,000."),
    ],
)
def test_what_arithmetic_shows_to_be_impossible_is_refused_at_once(
    lounge: Lounge, wanted: dict[str, Any], said: str
) -> None:
    made = lounge.slate(lounge.ada, players=16)
    answer = lounge.ask(lounge.ada, made, **wanted)
    assert (answer.status, answer.body["code"]) == (422, "INFEASIBLE")
    assert said in answer.body["detail"]
    assert lounge.rows("SELECT * FROM dfs_builds") == []


def test_what_is_not_there_is_named(lounge: Lounge) -> None:
    made, other = lounge.slate(lounge.ada), lounge.slate(lounge.ada, seed=2)
    build = lounge.build(lounge.ada, other, count=1)
    answer = lounge.ask(
        lounge.ada,
        made,
        locks=[other.ids[0]],
        groups=[{"players": [made.ids[0]], "comparison": "at_most", "count": 1, "if_player": other.ids[0]}],
        stacks=[{"count": 3, "teams": ["XYZ"]}],
        opposing=[{"positions": ["QB"], "against": ["C"]}],
        team_limits=[{"team": "A0", "min": 3, "max": 2}],
        exposures=[{"player_id": made.ids[0]}],
        randomness={"kind": "deviation"},
        max_repeating=8,
        trust=0.5,
    )
    assert (answer.status, answer.body["code"]) == (422, "INVALID_VALUE")
    assert [each["field"] for each in answer.body["errors"]] == [
        "locks[0]",
        "groups[0].if_player",
        "stacks[0].teams[0]",
        "team_limits[0].min",
        "opposing[0].positions[0]",
        "exposures[0]",
        "max_repeating",
        "trust",
        "randomness.deviation",
    ]
    excluded = lounge.ask(lounge.ada, made, exclude_builds=[build])
    assert [each["field"] for each in excluded.body["errors"]] == ["exclude_builds[0]"]


def test_a_slate_that_has_begun_takes_no_builds(lounge: Lounge) -> None:
    made = lounge.slate(lounge.ada)
    answer = lounge.ask(lounge.ada, made, at=TIP_OFF)
    assert (answer.status, answer.body["code"]) == (409, "SLATE_LOCKED")
    assert lounge.ask(lounge.ada, made, at=TIP_OFF - timedelta(microseconds=1)).status == 202


def test_a_set_of_another_slate_is_refused(lounge: Lounge) -> None:
    made, other = lounge.slate(lounge.ada), lounge.slate(lounge.ada, seed=2)
    answer = lounge.ask(lounge.ada, made, projection_set_id=other.projections)
    assert (answer.status, answer.body["code"]) == (409, "SET_OF_OTHER_SLATE")


def test_two_builds_of_a_user_run_at_once_and_no_third(lounge: Lounge) -> None:
    made = lounge.slate(None)
    for _ in range(2):
        lounge.build(lounge.ada, made, count=1)
    answer = lounge.ask(lounge.ada, made)
    assert (answer.status, answer.body["code"]) == (429, "BUILDS_RUNNING")
    assert lounge.ask(lounge.bob, made).status == 202
    lounge.work()
    assert lounge.ask(lounge.ada, made).status == 202


def test_a_repeat_with_the_same_key_is_the_same_build(lounge: Lounge) -> None:
    made = lounge.slate(lounge.ada)
    answers = [lounge.ask(lounge.ada, made, key="evening", count=5) for _ in range(2)]
    assert answers[0].body == answers[1].body
    assert lounge.ask(lounge.ada, made, key="evening", count=6).body["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_what_another_user_has_uploaded_or_built_is_not_there(lounge: Lounge) -> None:
    made = lounge.slate(lounge.ada)
    build = lounge.build(lounge.ada, made, count=1)
    lounge.work()
    for operation, path in (
        ("get_slate", f"/dfs/slates/{made.slate}"),
        ("list_slate_players", f"/dfs/slates/{made.slate}/players"),
        ("get_projection_set", f"/dfs/projection-sets/{made.projections}"),
        ("get_build", f"/dfs/builds/{build}"),
        ("list_lineups", f"/dfs/builds/{build}/lineups"),
        ("list_lineups_csv", f"/dfs/builds/{build}/lineups.csv"),
    ):
        assert lounge.get(lounge.ada, path, operation).status == 200, operation
        assert lounge.get(lounge.bob, path, operation).status == 404, operation
    assert lounge.get(lounge.bob, "/dfs/builds", "list_builds").body["builds"] == []
    assert lounge.ask(lounge.bob, made).body["code"] == "SLATE_NOT_FOUND"
    own = lounge.slate(lounge.bob, seed=3)
    answer = lounge.ask(lounge.bob, own, projection_set_id=made.projections)
    assert answer.body["code"] == "PROJECTION_SET_NOT_FOUND"


def test_lineups_of_excluded_builds_are_not_built_again(lounge: Lounge) -> None:
    made = lounge.slate(lounge.ada)
    first = lounge.build(lounge.ada, made, count=20)
    lounge.work()
    second = lounge.build(lounge.ada, made, count=20, exclude_builds=[first])
    lounge.work(NOW + MINUTE)
    before, after = ({frozenset(players) for _, players in lounge.lineups(build)} for build in (first, second))
    assert len(before) == len(after) == 20
    assert not before & after
