"""A league from its founding to its drafts, at the endpoints."""

from datetime import timedelta

from tests.support.league_calls import Caller
from tests.support.leagues import FIRST_OPENING, FOUNDED, SEASON, Paddock


def people(season: Paddock, *names: str) -> list[Caller]:
    return [Caller((season.user(name).user_id, name), FOUNDED) for name in names]


def test_friends_found_a_league_and_draft(season: Paddock) -> None:
    ada, bert = people(season, "ada", "bert")
    league = ada.get(
        "create_league",
        body={"name": "Sunday drivers", "season": SEASON, "team_name": "Late Brakers", "clock_seconds": 3600},
    )
    code = ada.get("create_invitation", league=league["id"], body={"max_uses": 3})["code"]
    bert.ask("get_league", league=league["id"]).problem(404, "LEAGUE_NOT_FOUND")
    joined = bert.get("join_league", league=league["id"], body={"team_name": "Apex", "code": code})
    started = ada.get("start_league", league=league["id"])
    assert [group["number"] for group in started["groups"]] == [1]
    season.tick(FIRST_OPENING)
    [draft, *_] = ada.get("list_league_drafts", league=league["id"], at=FIRST_OPENING)["drafts"]
    room = ada.ask("get_draft", draft=draft["id"], at=FIRST_OPENING, query={"since": "0"})
    assert room.status == 200
    again = ada.ask("get_draft", draft=draft["id"], at=FIRST_OPENING, headers={"If-None-Match": room.headers["etag"]})
    assert (again.status, again.body) == (304, None)
    turn = room.body["turn"]
    owner = bert if turn["constructor_id"] == joined["id"] else ada
    drivers = ada.get("list_draft_drivers", draft=draft["id"])["drivers"]
    pick = {"race_id": draft["race_id"], "driver_id": drivers[0]["driver_id"], "expected_slot": turn["slot"]}
    at = FIRST_OPENING + timedelta(minutes=5)
    made = owner.get("make_draft_pick", constructor=turn["constructor_id"], at=at, body=pick)
    assert made["driver_id"] == drivers[0]["driver_id"]
