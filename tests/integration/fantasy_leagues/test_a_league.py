"""A league from its founding to its drafts, at the endpoints."""

from datetime import timedelta
from typing import Any

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


def test_a_repeated_request_about_a_league_is_done_once(season: Paddock) -> None:
    ada, bert, cleo = people(season, "ada", "bert", "cleo")
    body = {"name": "Sunday drivers", "season": SEASON, "team_name": "Late Brakers"}
    league = ada.get("create_league", body=body)["id"]
    lines = 0

    def twice(caller: Caller, operation: str, **parts: Any) -> Any:
        """Return the answer to a request, and to its repeat, which has changed nothing."""
        nonlocal lines
        answers = []
        for _ in range(2):
            answers.append(caller.ask(operation, headers={"Idempotency-Key": operation}, **parts))
            counted = len(season.rows("SELECT seq FROM league_log WHERE league_id = %s", league))
            if len(answers) == 1:
                lines = counted
        assert counted == lines
        assert answers[0].status == answers[1].status in {200, 201, 204}, answers
        return answers[0].body, answers[1].body

    made, again = twice(ada, "create_invitation", league=league, body={"max_uses": 3})
    assert again == made | {"code": None}, "a code is stored nowhere"
    remembered = season.rows("SELECT answer FROM idempotency_keys")
    assert made["code"] not in str(remembered)
    other = {"league": league, "body": {"max_uses": 4}, "headers": {"Idempotency-Key": "create_invitation"}}
    ada.ask("create_invitation", **other).problem(422, "IDEMPOTENCY_KEY_REUSED")

    entry, again = twice(bert, "accept_invitation", body={"code": made["code"], "team_name": "Apex"})
    assert entry == again
    assert entry["role"] == "member"
    cleo.get("accept_invitation", body={"code": made["code"], "team_name": "Kerb"})
    offered, again = twice(ada, "hand_over_league", league=league, body={"username": "bert"})
    assert offered == again
    twice(bert, "decline_invitation", body={"invitation_id": offered["id"]})
    started, again = twice(ada, "start_league", league=league)
    assert started == again
    ada.ask("start_league", league=league).problem(409, "LEAGUE_STARTED")
    bert.ask("start_league", league=league).problem(403, "LEAGUE_ROLE_REQUIRED")

    # A key outlives a membership, and shows nothing to who has left.
    bert.done("remove_league_member", league=league, name="bert")
    repeat = {"body": {"code": made["code"], "team_name": "Apex"}, "headers": {"Idempotency-Key": "accept_invitation"}}
    bert.ask("accept_invitation", **repeat).problem(404, "INVITATION_NOT_FOUND")


def test_a_public_league_is_found_and_joined_by_click(season: Paddock) -> None:
    ada, bert, cleo = people(season, "ada", "bert", "cleo")
    body = {"season": SEASON, "team_name": "Late Brakers", "visibility": "public"}
    made = [ada.get("create_league", body={"name": name, **body}) for name in ("Sunday drivers", "Rainmasters", "Duel")]
    ada.get("change_league", league=made[2]["id"], body={"max_constructors": 2})
    ada.ask("create_league", body={"name": " sunday  DRIVERS", **body}).problem(409, "LEAGUE_NAME_TAKEN")
    ada.ask("create_league", body={"name": "Next year", **body, "season": SEASON + 1}).problem(422, "INVALID_VALUE")
    key = {"Idempotency-Key": "one league, please"}
    once = {"name": "Just one", **body}
    assert ada.get("create_league", body=once, headers=key) == ada.get("create_league", body=once, headers=key)
    ada.done("delete_league", league=ada.get("list_my_leagues")["leagues"][0]["id"])
    entry = {"league": made[2]["id"], "body": {"team_name": "Apex"}, "headers": key}
    assert bert.get("join_league", **entry) == bert.get("join_league", **entry)
    cleo.ask("join_league", league=made[2]["id"], body={"team_name": "Kerb"}).problem(409, "LEAGUE_FULL")
    bert.ask("join_league", league=made[2]["id"], body={"team_name": "Apex"}).problem(409, "ALREADY_MEMBER")
    bert.ask("join_league", league=made[0]["id"], body={"team_name": "late BRAKERS"}).problem(409, "TEAM_NAME_TAKEN")

    anybody = Caller(None, FOUNDED)

    def found(**query: str) -> list[str]:
        names: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = anybody.get("list_leagues", query={"limit": "1", **query, **cursor})
            names += [league["name"] for league in page["leagues"]]
            if page["next_cursor"] is None:
                return names
            cursor = {"cursor": page["next_cursor"]}

    assert found() == ["Duel", "Rainmasters", "Sunday drivers"]
    assert found(open="true") == ["Rainmasters", "Sunday drivers"]
    assert found(q="RAIN") == ["Rainmasters"]
    assert found(q="drive sun") == ["Sunday drivers"]
    assert found(q="masters") == []
    assert found(q="!'\\:*&|()<->") == []
    assert found(season=str(SEASON - 1)) == []
    ada.get("change_league", league=made[1]["id"], body={"visibility": "private"})
    assert found() == ["Duel", "Sunday drivers"]
    assert [league["name"] for league in bert.get("list_my_leagues")["leagues"]] == ["Duel"]
    assert bert.get("list_my_leagues")["leagues"][0]["role"] == "member"


def test_a_league_is_led_handed_over_and_left(season: Paddock) -> None:
    ada, bert, cleo = people(season, "ada", "bert", "cleo")
    body = {"name": "Sunday drivers", "season": SEASON, "team_name": "Late Brakers"}
    league = {"league": ada.get("create_league", body=body)["id"]}
    for name in ("bert", "cleo"):
        ada.get("create_invitation", **league, body={"username": name})
    [invitation] = cleo.get("list_my_invitations")["invitations"]
    cleo.done("decline_invitation", body={"invitation_id": invitation["id"]})
    cleo.ask("accept_invitation", body={"invitation_id": invitation["id"], "team_name": "Kerb"}).problem(
        404, "INVITATION_NOT_FOUND"
    )
    [invitation] = bert.get("list_my_invitations")["invitations"]
    assert (invitation["league"], invitation["invited_by"]) == ("Sunday drivers", "ada")
    joined = bert.get("accept_invitation", body={"invitation_id": invitation["id"], "team_name": "Apex"})
    assert (joined["role"], joined["constructors"]) == ("member", 2)

    ada.ask("remove_league_member", **league, name="ada").problem(409, "COMMISSIONER_STAYS")
    offer = ada.get("hand_over_league", **league, body={"username": "bert"})
    assert offer["kind"] == "handover"
    assert bert.get("get_league", **league)["role"] == "member", "nothing is handed over without consent"
    taken = bert.get("accept_invitation", body={"invitation_id": offer["id"]})
    assert taken["role"] == "commissioner"
    roles = {each["username"]: each["role"] for each in ada.get("list_league_members", **league)["members"]}
    assert roles == {"ada": "co_commissioner", "bert": "commissioner"}
    bert.get("set_league_role", **league, name="ada", body={"role": "member"})
    ada.ask("change_league", **league, body={"description": "Mine"}).problem(403, "LEAGUE_ROLE_REQUIRED")

    [constructor] = [
        each["id"] for each in ada.get("list_constructors", **league)["constructors"] if each["username"] == "ada"
    ]
    assert ada.get("rename_constructor", constructor=constructor, body={"team_name": "Later"})["team_name"] == "Later"
    bert.done("remove_league_member", **league, name="ada", query={"reason": "She has moved."})
    ada.ask("get_league", **league).problem(404, "LEAGUE_NOT_FOUND")
    lines = bert.get("get_league_log", **league)["lines"]
    assert [line["kind"] for line in lines] == [
        "left", "renamed", "role_changed", "handed_over", "handover_offered", "joined", "invitation_declined",
        "invited", "invited", "founded",
    ]  # fmt: skip
    assert lines[0]["details"]["reason"] == "She has moved."
    bert.ask("start_league", **league).problem(409, "TOO_FEW_CONSTRUCTORS")
    bert.done("delete_league", **league)
    bert.ask("get_league", **league).problem(404, "LEAGUE_NOT_FOUND")
