"""What anybody sees of players, teams and box scores, and what administrators see and order."""

from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.predictions.statistics.ingest import queries as ingesting
from tests.support.administration import make_admin
from tests.support.alarms import watch_clocks
from tests.support.box_scores import HOME, MadeGame
from tests.support.gateway import Answer, call
from tests.support.public_reads import is_kept
from tests.support.statistics import AFTER, DAY, NBA, World


def get(operation: str, path: str, admin: int | None = None, **query: str) -> Answer:
    who = {"user": (admin, "the-admin"), "role": "admin"} if admin is not None else {}
    return call(operation, "GET", path, query=query or None, **who)


def post(operation: str, path: str, admin: int, body: dict[str, Any]) -> Answer:
    return call(operation, "POST", path, body=body, user=(admin, "the-admin"), role="admin")


def test_a_box_score_shows_both_teams_and_their_players(world: World) -> None:
    game = world.game(settled=world.made.score)
    world.ask()
    answer = get("get_box_score", f"/games/{game}/box-score")
    assert (answer.status, answer.headers["cache-control"]) == (200, "public, max-age=60")
    box = answer.body
    assert (box["state"], box["revision"], box["source"], box["confirmed_by"]) == ("final", 1, "espn", ["balldontlie"])
    assert (box["home"]["points"], box["away"]["points"]) == world.made.score
    for side in ("home", "away"):
        players = box[side]["players"]
        assert sum(player["stats"]["points"] for player in players) == box[side]["points"]
        assert [player["seconds"] for player in players] == sorted((p["seconds"] for p in players), reverse=True)
        assert len(players) == 10
    is_kept(lambda headers: call("get_box_score", "GET", f"/games/{game}/box-score", headers=headers))


def test_a_box_score_in_review_says_why_and_has_no_lines(world: World) -> None:
    game = world.game(settled=world.made.score)
    other = MadeGame()
    other.players[HOME][0].counts["assists"] += 1
    world.say(world.made, second=other)
    world.ask()
    box = get("get_box_score", f"/games/{game}/box-score").body
    assert (box["state"], box["home"], box["away"], len(box["reasons"])) == ("review", None, None, 1)
    assert get("get_box_score", f"/games/{game + 1}/box-score").body["code"] == "BOX_SCORE_NOT_FOUND"


@pytest.mark.parametrize("change", ["corrected", "voided", "reopened"])
def test_a_box_score_of_a_score_no_longer_in_force_counts_nowhere(world: World, change: str) -> None:
    game = world.game(settled=world.made.score)
    world.ask()
    home, away = world.made.score
    [found] = get("list_players", "/players", search=world.made.players[HOME][0].name).body["players"]

    def shown() -> tuple[Any, ...]:
        box = get("get_box_score", f"/games/{game}/box-score").body
        with transaction() as connection:
            lacking = ingesting.days_lacking(connection, NBA, DAY)
        return (
            (box["state"], len(box["reasons"]), box["home"] is None, box["away"] is None),
            len(get("get_player", f"/players/{found['id']}").body["seasons"]),
            len(get("list_player_games", f"/players/{found['id']}/games").body["games"]),
            len(get("list_team_games", f"/teams/{found['team_id']}/games").body["games"]),
            lacking,
        )

    in_force: tuple[Any, ...] = (("final", 0, False, False), 1, 1, 1, [])
    assert shown() == in_force
    if change == "corrected":
        world.contest.final(game, home + 2, away, AFTER)
    else:
        (world.contest.void if change == "voided" else world.contest.reopen)(game, AFTER)
    assert shown() == (("review", 1, True, True), 0, 0, 0, [DAY] if change == "corrected" else [])
    world.contest.final(game, home, away, AFTER)
    assert shown() == in_force


def test_players_are_found_by_name_and_team_in_pages(world: World) -> None:
    world.game(settled=world.made.score)
    world.ask()
    seen: list[dict[str, Any]] = []
    query = {"sport": NBA, "limit": "7"}
    while True:
        page = get("list_players", "/players", **query).body
        seen += page["players"]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert len({player["id"] for player in seen}) == len(seen) == 20
    first = world.made.players[HOME][0]
    [found] = get("list_players", "/players", search=first.name.upper().replace("-", " ")).body["players"]
    assert (found["name"], found["position"], found["jersey"]) == (first.name, "G", str(first.number))
    of_team = get("list_players", "/players", team=str(found["team_id"])).body["players"]
    assert {player["name"] for player in of_team} == {player.name for player in world.made.players[HOME]}


def test_a_player_and_a_team_show_their_games(world: World) -> None:
    game = world.game(settled=world.made.score)
    world.ask()
    first = world.made.players[HOME][0]
    [found] = get("list_players", "/players", search=first.name).body["players"]
    for name, of_player in (("get_player", ""), ("list_player_games", "/games")):
        is_kept(lambda headers: call(name, "GET", f"/players/{found['id']}{of_player}", headers=headers))  # noqa: B023
    profile = get("get_player", f"/players/{found['id']}").body
    assert profile["player"] == found
    assert profile["seasons"] == [{"season": 2025, "games": 1, "seconds": 2160, "totals": first.counts}]
    path = f"/players/{found['id']}/games"
    [line] = get("list_player_games", path).body["games"]
    assert (line["game_id"], line["date"], line["stats"]) == (game, DAY.isoformat(), first.counts)
    for query, count in (
        ({"season": "2024"}, 0),
        ({"season": "2025"}, 1),
        ({"from": "2025-11-16"}, 0),
        ({"to": "2025-11-15"}, 1),
        ({"to": "2025-11-14"}, 0),
        ({"to": "2025-11-15T00:00:00Z"}, 0),
        ({"to": "2025-11-15T00:00:01Z"}, 1),
        ({"to": "0001-01-01T00:00:00Z"}, 0),
        ({"to": "9999-12-31T23:59:59Z"}, 1),
    ):
        assert len(get("list_player_games", path, **query).body["games"]) == count, query
    [team] = get("list_team_games", f"/teams/{found['team_id']}/games").body["games"]
    assert (team["points"], team["opponent_points"]) == world.made.score
    assert get("get_player", "/players/999999").body["code"] == "PLAYER_NOT_FOUND"
    assert get("list_player_games", "/players/999999/games").body["code"] == "PLAYER_NOT_FOUND"
    assert get("list_team_games", "/teams/999999/games").body["code"] == "TEAM_NOT_FOUND"


def test_an_administrator_sees_a_finding_and_resolves_it(world: World) -> None:
    game = world.game(settled=world.made.score)
    other = MadeGame()
    other.players[HOME][0].counts["assists"] += 1
    world.say(world.made, second=other)
    world.ask()
    admin = make_admin(world.contest, world.contest.url)
    [finding] = get("list_anomalies", "/admin/data-quality", admin=admin, sport=NBA).body["anomalies"]
    assert (finding["rule"], finding["game_id"], finding["severity"]) == ("box_score_in_review", game, "error")
    path = f"/admin/anomalies/{finding['id']}/resolution"
    order = {"resolution": "accepted", "reason": "both are wrong"}
    assert post("resolve_anomaly", path, admin, order).status == 204
    assert get("list_anomalies", "/admin/data-quality", admin=admin).body["anomalies"] == []
    [resolved] = get("list_anomalies", "/admin/data-quality", admin=admin, state="all").body["anomalies"]
    assert resolved["resolution"] == "accepted"
    rows = world.db.execute("SELECT action, reason FROM audit_log").fetchall()
    assert [(row["action"], row["reason"]) for row in rows] == [("resolve_anomaly", "both are wrong")]
    missing = post("resolve_anomaly", "/admin/anomalies/999/resolution", admin, order)
    assert missing.body["code"] == "ANOMALY_NOT_FOUND"


def test_an_administrator_orders_past_days(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    watch_clocks(monkeypatch, "ingest_stats")
    admin = make_admin(world.contest, world.contest.url)
    order = {"sport": NBA, "from": "2025-11-10", "to": "2025-11-12", "reason": "a new stage"}

    def ask(**changes: str) -> Answer:
        with clock.held_at(AFTER):
            return post("order_backfill", "/admin/backfills", admin, {**order, **changes})

    assert ask().body["code"] == "NO_SOURCE"
    monkeypatch.setenv("STATS_SOURCES", "espn")
    answer = ask()
    assert (answer.status, answer.body["days"]) == (202, 3)
    assert ask().body["days"] == 3
    assert world.count("agenda") == 3
    assert [error["field"] for error in ask(to="2025-11-15").body["errors"]] == ["to"]
    assert [error["field"] for error in ask(**{"from": "2020-01-01"}).body["errors"]] == ["to"]
    assert ask(sport="soccer_epl").body["code"] == "NO_SOURCE"
