"""The laptop's bots at the real endpoints: they join a league and draft it to its end."""

from typing import Any, cast

from local.league_bots import NAMES, LeagueBots
from local.replay.api import Answer, Api
from pickvs.core import clock
from tests.support.gateway import call
from tests.support.league_calls import Caller
from tests.support.leagues import FIRST_LOCK, FIRST_OPENING, FOUNDED, SEASON, Paddock

SCOPES = "drafts:read drafts:write"
OPERATIONS = {
    ("POST", "constructors"): "join_league",
    ("GET", "drafts"): "list_league_drafts",
    ("GET", "drivers"): "list_draft_drivers",
    ("POST", "drafts"): "make_draft_pick",
}


class Door:
    """The endpoints as the bots reach them: an account is a row, its token and its key are its name."""

    def __init__(self, season: Paddock) -> None:
        self.season, self.at = season, FOUNDED
        self.users: dict[str, int] = {}
        self.keys: dict[str, int] = {}

    def ask(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Any:
        answer = self.send(method, path, body, token=token)
        assert answer.status in {200, 201}, answer.body
        return answer.body

    def send(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Answer:
        if path == "/auth/register":
            self.users[body["username"]] = self.season.user(body["username"]).user_id
            return Answer(201, {"token": body["username"]})
        assert token is not None
        name = token.removeprefix("key of ")
        if path == "/api-keys":
            assert " ".join(body["scopes"]) == SCOPES
            [row] = self.season.rows(
                "INSERT INTO api_keys (user_id, name, key_hash, prefix, scopes, created_at)"
                " VALUES (%s, 'drafts', sha256(%s), 'pvk_12345678', %s, %s) RETURNING id",
                *(self.users[name], name.encode(), body["scopes"], FOUNDED),
            )
            self.keys[name] = row["id"]
            return Answer(201, {"key": f"key of {name}"})
        operation = OPERATIONS.get((method, path.rsplit("/", 1)[1]), "get_draft")
        key = {"scopes": SCOPES, "api_key_id": self.keys[name]} if token != name else {}
        with clock.held_at(self.at):
            user = (self.users[name], name)
            answered = call(operation, method, path, user=user, body=body, **key)
        return Answer(answered.status, answered.body)


def test_bots_draft_with_somebody_to_the_end(season: Paddock) -> None:
    ada = Caller((season.user("ada").user_id, "ada"), FOUNDED)
    body = {"name": "Sunday drivers", "season": SEASON, "team_name": "Late Brakers", "max_constructors": 4}
    league = ada.get("create_league", body=body)
    code = ada.get("create_invitation", league=league["id"], body={"max_uses": 3})["code"]
    door, said = Door(season), list[str]()
    bots = LeagueBots(cast("Api", door), league["id"], code, said.append)
    started = ada.get("start_league", league=league["id"])
    assert {*bots.bots} < set(started["groups"][0]["base_order"])
    season.tick(FIRST_OPENING)
    draft = season.draft_of(league["id"], season.events[0])
    door.at = ada.at = FIRST_OPENING
    while (turn := ada.get("get_draft", draft=draft)["turn"]) is not None:
        if turn["constructor_id"] in bots.bots:
            assert bots.look()
        else:
            assert not bots.look()
            free = next(
                each["driver_id"]
                for each in ada.get("list_draft_drivers", draft=draft)["drivers"]
                if each["taken_by"] is None
            )
            pick = {"race_id": season.events[0], "driver_id": free, "expected_slot": turn["slot"]}
            ada.get("make_draft_pick", constructor=turn["constructor_id"], body=pick)
    slots = ada.get("get_draft", draft=draft)["slots"]
    assert [slot["made_by"] for slot in slots] == 8 * ["owner"]
    assert sum(line.split(" has picked ")[0] in NAMES for line in said if " has picked " in line) == 6
    season.tick(FIRST_LOCK)
    season.prove()
