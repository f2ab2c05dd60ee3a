"""Every operation on leagues and drafts x everybody who may ask, in a private and in a public league."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.gateway import Answer
from tests.support.league_calls import OPERATIONS, Caller
from tests.support.leagues import FIRST_OPENING, Paddock
from tests.support.snapshot import everything

WHY = {"reason": "because of the matrix"}

BODIES: Mapping[str, Any] = {
    "change_league": {"description": "Ours"},
    "hand_over_league": {"username": "ghost"},
    "join_league": {"team_name": "Once more"},
    "set_league_role": {"role": "member"},
    "create_invitation": {"username": "ghost"},
    "pause_draft": WHY,
    "resume_draft": WHY,
    "undo_draft": {"to_slot": 1, **WHY},
    "change_draft_clock": {"seconds": None, **WHY},
    "set_draft_order": {"constructors": [1, 2], **WHY},
    "rename_constructor": {"team_name": "Team 3"},
    "swap_draft_pick": {"driver_id": 10**9},
    "replace_draft_queue": {"drivers": []},
}
"""What is sent. Where it is allowed, it is refused for what it says, or changes nothing that another call needs."""

READS = {
    "get_league": "LEAGUE", "list_constructors": "LEAGUE", "list_league_members": "LEAGUE",
    "get_league_leaderboard": "LEAGUE", "list_league_drafts": "LEAGUE", "get_draft": "DRAFT",
    "list_draft_drivers": "DRAFT", "get_constructor": "CONSTRUCTOR", "list_constructor_drafts": "CONSTRUCTOR",
    "get_constructor_points": "CONSTRUCTOR",
}  # fmt: skip
"""What everybody may read who may see the league, and what is unknown to all others."""

LEADS = {
    "change_league": ("LEAGUE", "200"), "list_league_invitations": ("LEAGUE", "200"),
    "remove_league_member": ("LEAGUE", "404 MEMBER_NOT_FOUND"), "create_invitation": ("LEAGUE", "404 USER_NOT_FOUND"),
    "undo_draft": ("DRAFT", "409 NOTHING_TO_UNDO"), "change_draft_clock": ("DRAFT", "200"),
    "set_draft_order": ("DRAFT", "422 NOT_A_PERMUTATION"), "resume_draft": ("DRAFT", "409 DRAFT_NOT_PAUSED"),
}  # fmt: skip
"""What commissioners and co-commissioners may do, and how that is answered here."""

HEADS = {
    "delete_league": "409 LEAGUE_STARTED", "start_league": "409 LEAGUE_STARTED",
    "hand_over_league": "404 MEMBER_NOT_FOUND", "set_league_role": "404 MEMBER_NOT_FOUND",
}  # fmt: skip
"""What the commissioner alone may do."""

OWNS = {
    "swap_draft_pick": "404 PICK_NOT_FOUND", "get_draft_queue": "200", "replace_draft_queue": "200",
    "rename_constructor": "200", "make_draft_pick": "422 DRIVER_NOT_IN_POOL",
}  # fmt: skip
"""What the owner of a constructor may do."""

READING = {"list_league_drafts", "get_draft", "list_draft_drivers", "list_constructor_drafts", "get_draft_queue"}
WRITING = {"make_draft_pick", "replace_draft_queue"}
"""What keys with a scope may do."""

OF_ONESELF = {
    "create_league", "list_leagues", "list_my_leagues", "list_my_invitations", "accept_invitation",
    "decline_invitation", "revoke_invitation", "join_league", "pause_draft", "get_league_log",
}  # fmt: skip
"""Operations that the tests below try by themselves, or that name no league."""

STRANGERS = ("stranger", "admin")
MEMBERS = ("member", "owner", "co", "head")
KEYS = ("owner's reading key", "owner's writing key", "owner's other key")


@dataclass(frozen=True)
class Cast:
    """A league whose first draft is open, and everybody in every relation to it."""

    parts: Mapping[str, Any]
    callers: Mapping[str, Caller]
    race: int

    def ask(self, who: str, operation: str, **more: Any) -> Answer:
        body = BODIES.get(operation)
        if operation == "make_draft_pick":
            body = {"race_id": self.race, "driver_id": 10**9}
        return self.callers[who].ask(operation, body=body, **{**self.parts, **more})


@pytest.fixture(params=["private", "public"])
def cast(season: Paddock, request: pytest.FixtureRequest) -> Cast:
    table = season.seat(4, clock_seconds=None)
    season.tick(FIRST_OPENING)
    head, co, owner, member = table.players
    users = {
        "head": (head.caller.user_id, "user1"),
        "co": (co.caller.user_id, "user2"),
        "owner": (owner.caller.user_id, "user3"),
        "member": (member.caller.user_id, "user4"),
        "stranger": (season.user("stranger").user_id, "stranger"),
    }
    callers = {name: Caller(user, FIRST_OPENING) for name, user in users.items()}
    callers["nobody"] = Caller(None, FIRST_OPENING)
    callers["admin"] = Caller((season.user("admin1").user_id, "admin1"), FIRST_OPENING, role="admin")
    for name, scope in zip(KEYS, ("drafts:read", "drafts:write", "picks:read"), strict=True):
        key = season.rows(
            "INSERT INTO api_keys (user_id, name, prefix, key_hash, scopes, created_at, expires_at)"
            " VALUES (%s, %s, %s, sha256(%s::bytea), %s, %s, NULL) RETURNING id",
            *(users["owner"][0], name, f"pvk_{scope.replace(':', '')[:8]:x<8}", name, [scope], FIRST_OPENING),
        )[0]["id"]
        callers[name] = Caller(users["owner"], FIRST_OPENING, scopes=scope, api_key_id=key)
    callers["head"].get("set_league_role", league=table.league, name="user2", body={"role": "co_commissioner"})
    callers["head"].get("change_league", league=table.league, body={"visibility": request.param})
    draft = season.draft_of(table.league, season.events[0])
    order = [each.constructor for each in (owner, head, co, member)]
    callers["head"].get("set_draft_order", draft=draft, body={"constructors": order, **WHY})
    parts = {
        "league": table.league,
        "draft": draft,
        "constructor": owner.constructor,
        "name": "ghost",
        "pick": 10**9,
        "invitation": 0,
    }
    return Cast(parts, callers, season.events[0])


def expected(operation: str, who: str, *, is_private: bool) -> str:
    """Return the status and, of an error, the code with which somebody is answered."""
    if who == "nobody":
        return "401 UNAUTHENTICATED"
    if who in KEYS:
        return of_key(operation, who, is_private=is_private)
    if who in STRANGERS and is_private:
        what = (
            READS.get(operation) or LEADS.get(operation, [""])[0] or ("CONSTRUCTOR" if operation in OWNS else "LEAGUE")
        )
        return f"404 {what}_NOT_FOUND"
    if operation in OWNS:
        refusal = "403 CONSTRUCTOR_OWNER_REQUIRED"
        if operation == "make_draft_pick" and who in ("co", "head"):
            refusal = "403 REASON_REQUIRED"
        return OWNS[operation] if who == "owner" else refusal
    allowed = dict.fromkeys(READS, "200")
    if who in ("co", "head"):
        allowed |= {name: outcome for name, (_, outcome) in LEADS.items()}
    if who == "head":
        allowed |= HEADS
    return allowed.get(operation, "403 LEAGUE_ROLE_REQUIRED")


def of_key(operation: str, who: str, *, is_private: bool) -> str:
    needed = "drafts:read" if operation in READING else "drafts:write" if operation in WRITING else None
    if needed is None:
        return "403 API_KEY_NOT_ACCEPTED"
    has_it = who == {"drafts:read": KEYS[0], "drafts:write": KEYS[1]}[needed]
    return expected(operation, "owner", is_private=is_private) if has_it else "403 SCOPE_REQUIRED"


def said(answer: Answer) -> str:
    code = answer.body.get("code") if isinstance(answer.body, dict) else None
    return f"{answer.status} {code}" if code else str(answer.status)


def test_everybody_gets_what_the_role_says_and_a_refusal_changes_nothing(season: Paddock, cast: Cast) -> None:
    is_private = (
        cast.callers["head"].get("get_league", league=cast.parts["league"])["settings"]["visibility"] == "private"
    )
    operations = [name for name in OPERATIONS if name not in OF_ONESELF]
    assert set(operations) == READS.keys() | LEADS.keys() | HEADS.keys() | OWNS.keys()
    trials = {
        (who, operation): expected(operation, who, is_private=is_private)
        for who in cast.callers
        for operation in operations
    }
    before = everything(season.url, but={"limits"})
    refused = {trial: cast.ask(*trial) for trial, outcome in trials.items() if outcome != "200"}
    assert everything(season.url, but={"limits"}) == before
    let_in = {trial: cast.ask(*trial) for trial, outcome in trials.items() if outcome == "200"}
    found = {trial: said(answer) for trial, answer in (refused | let_in).items()}
    assert {trial: outcome for trial, outcome in found.items() if outcome != trials[trial]} == {}
    assert len(refused) > 180


def test_a_private_league_is_as_unknown_as_none(cast: Cast) -> None:
    """Without the ids of the requests, a stranger gets the same answer for a league of others and for none."""
    cast.callers["head"].get("change_league", league=cast.parts["league"], body={"visibility": "private"})
    named = ("league", "draft", "constructor", "invitation")
    checked = 0
    for operation, (_, path) in OPERATIONS.items():
        if not any(f"{{{name}}}" in path for name in named):
            continue
        for who in STRANGERS:
            theirs = cast.ask(who, operation)
            nobodys = cast.ask(who, operation, **dict.fromkeys(named, 2**62))
            if operation == "revoke_invitation":  # the cast has no invitation, so its id is not even one
                continue
            assert theirs.status == 404, (operation, theirs.body)
            del theirs.body["request_id"], nobodys.body["request_id"]
            assert theirs.body == nobodys.body, operation
            checked += 1
    assert checked > 50


def test_nobody_learns_of_a_queue(season: Paddock, cast: Cast) -> None:
    """Whatever the owner of a constructor wants, everybody else reads the same before the lock."""
    others = ("head", "co", "member")

    def seen() -> dict[tuple[str, str], Any]:
        answers = {
            (who, name): cast.ask(who, name, query={"since": "0"} if name == "get_draft" else None).body
            for who in others
            for name in (*READS, "get_league_log", "get_draft_queue")
        }
        for body in answers.values():
            body.pop("server_time", None)
            body.pop("request_id", None)
        return answers

    before = seen()
    wanted = {"drivers": season.pool[::-1], "mode": "at_expiry", "auto": "off"}
    queue = cast.callers["owner"].get("replace_draft_queue", constructor=cast.parts["constructor"], body=wanted)
    assert queue["drivers"] == season.pool[::-1]
    assert seen() == before


def test_the_log_and_the_codes_are_for_those_whom_they_concern(cast: Cast) -> None:
    league = cast.parts["league"]
    made = cast.callers["co"].get("create_invitation", league=league, body={})
    assert cast.callers["head"].get("list_league_invitations", league=league)["invitations"][0]["code"] is None
    for who in MEMBERS:
        lines = cast.callers[who].get("get_league_log", league=league)["lines"]
        assert made["code"] not in str(lines)
        assert lines[-1]["kind"] == "founded"
    assert said(cast.ask("stranger", "get_league_log")) in {"403 LEAGUE_ROLE_REQUIRED", "404 LEAGUE_NOT_FOUND"}
    for who, outcome in {
        "nobody": "401 UNAUTHENTICATED", "stranger": "404 INVITATION_NOT_FOUND", "admin": "404 INVITATION_NOT_FOUND",
        "member": "403 LEAGUE_ROLE_REQUIRED", "owner": "403 LEAGUE_ROLE_REQUIRED", "co": "204",
        "head": "404 INVITATION_NOT_FOUND",
    }.items():  # fmt: skip
        assert said(cast.ask(who, "revoke_invitation", invitation=made["id"])) == outcome, who
