"""Private groups over HTTP: who may do what in a group, and that it does not exist for anybody else."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.client import PASSWORD, Client
from tests.support.gateway import Answer
from tests.support.laptop import Laptop

pytestmark = pytest.mark.xdist_group("e2e")

READS = {
    "get": ("GET", "/groups/{group}", None),
    "members": ("GET", "/groups/{group}/members", None),
    "leaderboard": ("GET", "/groups/{group}/leaderboard?period=week&sort=roi&limit=5", None),
}
LEADS = {
    "rename": ("PUT", "/groups/{group}", {"name": "mine now"}),
    "renew code": ("POST", "/groups/{group}/code", None),
    "hand over": ("POST", "/groups/{group}/handover", {"username": "group-member"}),
    "remove another": ("DELETE", "/groups/{group}/members/group-other", None),
    "delete": ("DELETE", "/groups/{group}", None),
}
"""What only the owner may do; the last one ends the group."""

OPERATIONS = READS | LEADS
NOBODY = dict.fromkeys(OPERATIONS, "401 UNAUTHENTICATED")
STRANGER = dict.fromkeys(OPERATIONS, "404 GROUP_NOT_FOUND")
KEY = dict.fromkeys(LEADS, "403 API_KEY_NOT_ACCEPTED")
REFUSED = {
    "nobody": NOBODY,
    "garbage": NOBODY,
    "stranger": STRANGER,
    "removed": STRANGER,
    "admin": STRANGER,
    "member": dict.fromkeys(LEADS, "403 OWNER_REQUIRED"),
    "owner's reading key": KEY,
    "owner's writing key": KEY | dict.fromkeys(READS, "403 SCOPE_REQUIRED"),
    "stranger's reading key": KEY | dict.fromkeys(READS, "404 GROUP_NOT_FOUND"),
}
"""What each kind of caller is answered. What is missing is allowed."""


@dataclass(frozen=True)
class Cast:
    """A group, and clients who stand in every relation to it."""

    group: int
    code: str
    clients: dict[str, Client]

    def ask(self, who: str, operation: str) -> Answer:
        method, path, body = OPERATIONS[operation]
        return self.clients[who].send(method, path.format(group=self.group), body=body)

    def state(self) -> list[Any]:
        """Return everything that the owner sees of the group."""
        return [self.ask("owner", operation).body for operation in READS]


def good(answer: Answer) -> Any:
    assert answer.status in {200, 201, 204}, answer.body
    return answer.body


def key_of(client: Client, scope: str) -> Client:
    return Client(
        client.base, good(client.post("/api-keys", {"name": "matrix", "scopes": [scope], "password": PASSWORD}))["key"]
    )


@pytest.fixture(scope="module")
def cast(laptop: Laptop, api: Client) -> Cast:
    people = ("owner", "member", "other", "removed", "stranger", "admin")
    clients = {name: api.register(f"group-{name}") for name in people}
    wanted = {"command": "grant_role", "username": "group-admin", "role": "admin", "reason": "for the matrix"}
    laptop.invoke("operator", wanted)
    owner = clients["owner"]
    group = good(owner.post("/groups", {"name": "the matrix"}))
    good(clients["removed"].post("/groups/join", {"code": group["code"]}))
    good(owner.send("DELETE", f"/groups/{group['id']}/members/group-removed"))
    code = good(owner.get(f"/groups/{group['id']}"))["code"]
    assert code != group["code"]
    for name in ("member", "other"):
        good(clients[name].post("/groups/join", {"code": f"https://pickvs.example/groups/join#{code.lower()}"}))
    clients |= {
        "nobody": api,
        "garbage": Client(api.base, "garbage"),
        "owner's reading key": key_of(owner, "picks:read"),
        "owner's writing key": key_of(owner, "picks:write"),
        "stranger's reading key": key_of(clients["stranger"], "picks:read"),
    }
    return Cast(group["id"], code, clients)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("who", REFUSED)
def test_a_group_opens_to_its_members_alone(cast: Cast, who: str, operation: str) -> None:
    before = cast.state()
    answer = cast.ask(who, operation)
    refusal = REFUSED[who].get(operation)
    if refusal is None:
        assert answer.status == 200, answer.body
    else:
        status, _, code = refusal.partition(" ")
        answer.problem(int(status), code)
    assert cast.state() == before
    assert cast.code not in str(answer.body)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_group_of_others_is_as_unknown_as_none(cast: Cast, operation: str) -> None:
    """Without the ids of the requests, the two answers are the same."""
    method, path, body = OPERATIONS[operation]
    stranger = cast.clients["stranger"]
    theirs, nobodys = (stranger.send(method, path.format(group=id_), body=body) for id_ in (cast.group, 2**62))
    for answer in (theirs, nobodys):
        answer.problem(404, "GROUP_NOT_FOUND")
        del answer.body["request_id"]
    assert theirs.body == nobodys.body


def test_the_old_code_and_what_is_no_code_let_nobody_in(cast: Cast) -> None:
    stranger = cast.clients["stranger"]
    before = cast.state()
    stranger.post("/groups/join", {"code": "4F7K-9QXM-2TZC"}).problem(404, "GROUP_NOT_FOUND")
    for code in ("", cast.code[:-1], cast.code + "0", f"{cast.code}'--", "%00", "\ud800", ["x"], {"$ne": ""}, None):
        answer = stranger.post("/groups/join", {"code": code})
        assert answer.status in {400, 422}, answer.body
        assert cast.code[:-1] not in str(answer.body)
    cast.clients["owner's reading key"].post("/groups/join", {"code": cast.code}).problem(403, "API_KEY_NOT_ACCEPTED")
    assert cast.state() == before


@pytest.mark.parametrize("group", ["0", "-1", "1.0", "1%20OR%201=1", "9223372036854775808", "%00", "..%2f1"])
def test_a_made_up_id_is_refused(cast: Cast, group: str) -> None:
    assert cast.clients["member"].get(f"/groups/{group}").status in {400, 404, 422}


def test_nothing_of_a_group_is_public(cast: Cast, api: Client) -> None:
    for path in ("/users/group-owner", "/users/group-member", "/leaderboard", "/picks/public"):
        assert "the matrix" not in str(good(api.get(path)))
    assert "group" not in api.get("/users/group-owner").body


def test_no_log_has_a_code_in_it(laptop: Laptop, cast: Cast) -> None:
    logs = {name: laptop.logs(name) for name in ("access", "create_group", "join_group", "get_group")}
    assert all(logs.values()), logs.keys()
    plain = cast.code.replace("-", "")
    assert not [name for name, text in logs.items() if plain in text.upper() or cast.code in text.upper()]


def test_a_group_from_its_founding_to_its_end(api: Client) -> None:
    ada, bert, cleo = (api.register(f"league-{name}") for name in ("ada", "bert", "cleo"))
    group = good(ada.post("/groups", {"name": "Thursday night"}))
    address = f"/groups/{group['id']}"
    good(bert.post("/groups/join", {"code": group["code"]}))
    good(cleo.post("/groups/join", {"code": group["code"].replace("-", "")}))
    assert good(bert.get(f"{address}/leaderboard"))["leaderboard"] == []

    good(ada.post(f"{address}/handover", {"username": "league-bert"}))
    ada.send("PUT", address, body={"name": "Friday"}).problem(403, "OWNER_REQUIRED")
    assert good(bert.send("PUT", address, body={"name": "Friday"}))["name"] == "Friday"
    bert.send("DELETE", f"{address}/members/league-bert").problem(409, "OWNER_CANNOT_LEAVE")
    good(cleo.send("DELETE", f"{address}/members/league-cleo"))
    assert [each["username"] for each in good(ada.get(f"{address}/members"))["members"]] == [
        "league-ada",
        "league-bert",
    ]

    password = {"password": "correct horse battery"}
    good(bert.send("DELETE", "/users/me", body=password))
    seen = good(ada.get(address))
    assert (seen["owner"], seen["members"], seen["role"], seen["code"]) == ("league-ada", 1, "owner", group["code"])
    export = good(ada.get("/users/me/export"))
    assert export["groups"] == [{name: seen[name] for name in ("id", "name", "created_at")}]
    good(ada.send("DELETE", address))
    assert good(ada.get("/groups")) == {"groups": []}
    cleo.post("/groups/join", {"code": group["code"]}).problem(404, "GROUP_NOT_FOUND")
