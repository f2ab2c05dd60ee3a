"""A fantasy league over HTTP on the laptop cloud: from its founding to a race that was scored, and scored again."""

from decimal import Decimal
from typing import Any

import pytest

from tests.e2e.client import PASSWORD, Client
from tests.support.gateway import Answer
from tests.support.laptop import Laptop
from tests.support.race_weeks import SEASON, lock_now, offer_race

pytestmark = pytest.mark.xdist_group("e2e")

DRIVERS = 10
WHY = {"reason": "the sport's own document"}


def good(answer: Answer) -> Any:
    assert answer.status in {200, 201, 204}, answer.body
    return answer.body


def administrator(laptop: Laptop, api: Client) -> Client:
    name = "fantasy-admin"
    api.register(name)
    laptop.invoke("operator", {"command": "grant_role", "username": name, "role": "admin", "reason": "for the test"})
    return Client(api.base, good(api.post("/auth/login", {"login": name, "password": PASSWORD}))["token"])


def result(session: str, drivers: list[int]) -> dict[str, Any]:
    """Return a session's result as an administrator enters it: everybody is classified, and none has moved."""
    rows = [
        {"driver_id": driver, "status": "classified", "position": place, "grid": place if session == "race" else None}
        for place, driver in enumerate(drivers, 1)
    ]
    return {"session": session, "rows": rows, **WHY}


def test_a_league_from_its_founding_to_a_scored_race(laptop: Laptop, api: Client) -> None:
    race = offer_race(laptop, DRIVERS)
    ada, bert, stranger = (api.register(f"fantasy-{name}") for name in ("ada", "bert", "stranger"))
    wanted = {"name": "Over the wire", "season": SEASON, "team_name": "Late Brakers", "clock_seconds": None}
    league = good(ada.post("/leagues", wanted))
    address = f"/leagues/{league['id']}"
    stranger.get(address).problem(404, "LEAGUE_NOT_FOUND")
    code = good(ada.post(f"{address}/invitations", {}))["code"]
    good(bert.post("/invitations/accept", {"code": code.lower(), "team_name": "Apex"}))
    assert good(ada.post(f"{address}/start", None))["league"]["seed"]

    laptop.invoke("tick_drafts")
    [draft] = good(bert.get(f"{address}/drafts"))["drafts"]
    assert (draft["race_id"], draft["phase"]) == (race, "open")
    owners = {
        each["id"]: {"fantasy-ada": ada, "fantasy-bert": bert}[each["username"]]
        for each in good(ada.get(f"{address}/constructors"))["constructors"]
    }
    drivers = [each["driver_id"] for each in good(ada.get(f"/drafts/{draft['id']}/drivers"))["drivers"]]
    for driver in drivers[:3]:
        turn = good(ada.get(f"/drafts/{draft['id']}"))["turn"]
        pick = {"race_id": race, "driver_id": driver, "expected_slot": turn["slot"]}
        good(owners[turn["constructor_id"]].post(f"/constructors/{turn['constructor_id']}/drafts", pick))
    stranger.get(f"/drafts/{draft['id']}").problem(404, "DRAFT_NOT_FOUND")

    lock_now(laptop, race)
    slots = good(ada.get(f"/drafts/{draft['id']}"))["slots"]
    assert [slot["driver_id"] for slot in slots] == drivers[:4], "the lock has picked the last one"
    assert slots[-1]["made_by"] == "lock"

    admin = administrator(laptop, api)
    board = f"{address}/leaderboard"
    before = good(ada.get(board))
    assert (before["state"], [place["points"] for place in before["places"]]) == ("awaited", [0, 0])
    for session in ("qualifying", "race"):
        good(admin.send("PUT", f"/admin/races/{race}/results", body=result(session, drivers)))
    scored = ada.get(board)
    again = ada.send("GET", board, headers={"If-None-Match": scored.headers["etag"]})
    assert (again.status, again.body) == (304, None)
    amended = result("race", [drivers[1], drivers[0], *drivers[2:]])
    good(admin.send("PUT", f"/admin/races/{race}/results", body=amended))
    new = ada.send("GET", board, headers={"If-None-Match": scored.headers["etag"]})
    assert new.status == 200
    assert new.body["version"] > scored.body["version"] > before["version"]
    for place in good(new)["places"]:
        [points] = good(bert.get(f"/constructors/{place['constructor_id']}/points"))["races"]
        lines = [Decimal(str(line["points"])) for pick in points["picks"] for line in pick["lines"]]
        assert sum(lines) == Decimal(str(place["points"])) == Decimal(str(points["points"]))
        assert [result["version"] for result in points["results"]] == [1, 2]
    kinds = [notice["kind"] for notice in good(bert.get("/notices"))["notices"]]
    assert {"league.started", "draft.opened", "draft.locked"} <= set(kinds)
    lines = good(ada.get(f"{address}/log"))["lines"]
    assert [line["kind"] for line in lines][::-1][:2] == ["founded", "code_made"]
