"""What happens in a draft, at the endpoints: turns, refusals in the words of racing, commissioners' acts, repeats."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from tests.support.league_calls import Caller
from tests.support.leagues import FIRST_OPENING, Paddock, Table

OPEN = FIRST_OPENING
LATER = OPEN + timedelta(minutes=1)
EXPIRED = OPEN + timedelta(minutes=10, seconds=4)
WHY = {"reason": "Ada is on a plane"}


class Room:
    """A draft of two constructors with a clock of ten minutes. The first to pick is `first`."""

    def __init__(self, season: Paddock, table: Table) -> None:
        self.season = season
        self.draft = season.draft_of(table.league, season.events[0])
        self.head = Caller((table.head.user_id, "user1"), LATER)
        users = {each.constructor: each.caller.user_id for each in table.players}
        self.order = season.order(self.draft)
        self.first, self.second = (
            Caller((users[constructor], f"user{users[constructor]}"), LATER) for constructor in self.order[:2]
        )

    def pick(self, caller: Caller, constructor: int, driver: int, **more: Any) -> Any:
        parts = {name: more.pop(name) for name in ("at", "headers") if name in more}
        body = {"race_id": self.season.events[0], "driver_id": driver, **more}
        return caller.ask("make_draft_pick", constructor=constructor, body=body, **parts)

    def state(self, caller: Caller) -> Any:
        return caller.get("get_draft", draft=self.draft)


@pytest.fixture
def room(season: Paddock) -> Room:
    table = season.seat(2, clock_seconds=600, quiet=None, free_swaps=1)
    season.tick(OPEN)
    return Room(season, table)


def test_a_draft_is_picked_in_its_order(room: Room) -> None:
    drivers, (one, two, *_) = room.season.pool, room.order
    assert room.order == [one, two, two, one], "a snake"
    room.pick(room.second, two, drivers[0]).problem(409, "NOT_YOUR_TURN")
    room.pick(room.second, two, drivers[0], expected_slot=1).problem(409, "NOT_THIS_SLOT")
    answer = room.pick(room.first, one, 10**9)
    answer.problem(422, "DRIVER_NOT_IN_POOL")
    assert answer.fields() == {"driver_id"}
    first = room.pick(room.first, one, drivers[0], expected_slot=1)
    assert (first.status, first.body["driver"], first.body["slot"]) == (201, "Driver 1", 1)
    assert first.body["next_turn"]["constructor_id"] == two
    room.pick(room.second, two, drivers[0]).problem(409, "DRIVER_TAKEN")
    for slot, caller, constructor in ((2, room.second, two), (3, room.second, two), (4, room.first, one)):
        assert room.pick(caller, constructor, drivers[slot]).body["slot"] == slot
    room.pick(room.first, one, drivers[7]).problem(409, "PICKS_COMPLETE")
    shown = room.state(room.head)
    assert (shown["is_complete"], shown["turn"], shown["poll_after_seconds"]) == (True, None, 30)

    swapped = room.first.ask("swap_draft_pick", constructor=one, pick=first.body["id"], body={"driver_id": drivers[9]})
    assert (swapped.status, swapped.body["slot"]) == (200, 1)
    gone = {"driver_id": drivers[8]}
    room.first.ask("swap_draft_pick", constructor=one, pick=first.body["id"], body=gone).problem(404, "PICK_NOT_FOUND")
    room.first.ask("swap_draft_pick", constructor=one, pick=swapped.body["id"], body=gone).problem(409, "NO_SWAPS_LEFT")
    [race] = room.first.get("list_constructor_drafts", constructor=one)["races"]
    assert [pick["driver_id"] for pick in race["picks"]] == [drivers[9], drivers[4]]
    taken = {
        each["driver_id"]: each["taken_by"] for each in room.head.get("list_draft_drivers", draft=room.draft)["drivers"]
    }
    assert taken[drivers[9]] == one
    assert taken[drivers[0]] is None


def test_a_turn_that_is_over_says_what_was_picked_and_that_stays(room: Room) -> None:
    one, drivers = room.order[0], room.season.pool
    problem = room.pick(room.first, one, drivers[5], at=EXPIRED).problem(409, "TURN_EXPIRED")
    assert (problem["slot"], problem["driver_id"]) == (1, drivers[0])
    assert room.season.picks(room.draft) == {1: drivers[0]}, "what was due is kept, though the pick was refused"
    last = room.head.get("get_draft", draft=room.draft, query={"since": "2"}, at=EXPIRED)["acts"][-1]
    assert (last["kind"], last["by"], last["details"]["driver"]) == ("picked", None, drivers[0])


def test_who_looks_at_a_turn_that_is_over_wakes_the_function(room: Room, woken: list[str]) -> None:
    tag = room.head.ask("get_draft", draft=room.draft).headers["etag"]
    woken.clear()
    late = room.head.ask("get_draft", draft=room.draft, at=EXPIRED, headers={"If-None-Match": tag})
    assert (late.status, woken) == (304, ["arn of tick_drafts"])
    room.season.tick(EXPIRED)
    fresh = room.head.ask("get_draft", draft=room.draft, at=EXPIRED, headers={"If-None-Match": tag})
    assert (fresh.status, fresh.body["slots"][0]["made_by"]) == (200, "expiry")


def test_who_has_seen_a_room_or_a_board_costs_one_query(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may not see them costs no more, and learns nothing."""
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def record(cursor: psycopg.Cursor[Any], query: Any, *arguments: Any, **options: Any) -> Any:
        sent.append(query.decode() if isinstance(query, bytes) else str(query))
        return execute(cursor, query, *arguments, **options)

    league = {"league": room.state(room.head)["draft"]["league_id"]}
    reads = {"get_draft": {"draft": room.draft}, "get_league_leaderboard": league}
    room.head.get("change_league", **league, body={"visibility": "private"})
    tags = {name: room.head.ask(name, **parts).headers["etag"] for name, parts in reads.items()}
    stranger = Caller((room.season.user("stranger").user_id, "stranger"), LATER)
    monkeypatch.setattr(psycopg.Cursor, "execute", record)
    for caller, status in ((room.head, 304), (stranger, 404)):
        for name, parts in reads.items():
            sent.clear()
            assert caller.ask(name, **parts, headers={"If-None-Match": tags[name]}).status == status
            assert len([each for each in sent if "BEGIN" not in each]) == 1, sent


def test_a_repeated_request_is_done_once(room: Room) -> None:
    drivers, (one, two, *_) = room.season.pool, room.order
    key = {"Idempotency-Key": "the first pick"}
    first = room.pick(room.first, one, drivers[0], headers=key)
    assert room.pick(room.first, one, drivers[0], headers=key).body == first.body
    room.pick(room.first, one, drivers[1], headers=key).problem(422, "IDEMPOTENCY_KEY_REUSED")
    assert room.season.picks(room.draft) == {1: drivers[0]}
    room.pick(room.second, two, drivers[1])

    key = {"Idempotency-Key": "the undoing"}
    undone = room.head.ask("undo_draft", draft=room.draft, body={"to_slot": 2, **WHY}, headers=key)
    assert (undone.status, undone.body["is_paused"]) == (200, True)
    room.pick(room.second, two, drivers[1]).problem(409, "DRAFT_PAUSED")
    room.head.get("resume_draft", draft=room.draft, body=WHY)
    room.pick(room.second, two, drivers[2])
    again = room.head.ask("undo_draft", draft=room.draft, body={"to_slot": 2, **WHY}, headers=key)
    assert again.body == undone.body
    assert room.season.picks(room.draft) == {1: drivers[0], 2: drivers[2]}, "the repeat has undone nothing"

    key = {"Idempotency-Key": "of a pause"}
    room.head.get("pause_draft", draft=room.draft, body=WHY, headers=key)
    room.head.ask("resume_draft", draft=room.draft, body=WHY, headers=key).problem(422, "IDEMPOTENCY_KEY_REUSED")
    assert room.state(room.head)["draft"]["is_paused"], "a key of another act is not taken for this one"


def test_commissioners_steer_with_a_reason_that_everybody_reads(room: Room) -> None:
    one = room.order[0]
    room.head.ask("pause_draft", draft=room.draft, body={}).problem(422, "INVALID_VALUE")
    paused = room.head.get("pause_draft", draft=room.draft, body=WHY)
    assert (paused["is_paused"], paused["next_turn"]["expires_at"]) == (True, None)
    room.head.ask("pause_draft", draft=room.draft, body=WHY).problem(409, "DRAFT_PAUSED")
    room.head.get("resume_draft", draft=room.draft, body=WHY)
    assert room.head.get("change_draft_clock", draft=room.draft, body={"seconds": 3600, **WHY})["clock_seconds"] == 3600
    order = list(reversed(room.order[:2]))
    room.head.get("set_draft_order", draft=room.draft, body={"constructors": order, **WHY})
    answer = room.head.ask("set_draft_order", draft=room.draft, body={"constructors": [one, one], **WHY})
    answer.problem(422, "NOT_A_PERMUTATION")
    assert room.season.order(room.draft) == [*order, *order[::-1]]
    acts = room.second.get("get_draft", draft=room.draft, query={"since": "0"})["acts"]
    reasons = [act["details"]["reason"] for act in acts if act["by"] == "user1"]
    assert reasons == ["Ada is on a plane"] * 4

    room.pick(room.second, room.order[1], room.season.pool[0])
    room.head.ask("set_draft_order", draft=room.draft, body={"constructors": order, **WHY}).problem(409, "ORDER_FIXED")
    room.head.ask("undo_draft", draft=room.draft, body={"to_slot": 3, **WHY}).problem(409, "NOTHING_TO_UNDO")


def test_a_queue_picks_at_once_and_names_drivers_that_exist(room: Room) -> None:
    drivers, two = room.season.pool, room.order[1]
    unknown = {"drivers": [drivers[3], 10**9], "mode": "at_once"}
    answer = room.second.ask("replace_draft_queue", constructor=two, body=unknown)
    answer.problem(422, "DRIVER_UNKNOWN")
    assert answer.fields() == {"drivers[1]"}
    room.second.ask("replace_draft_queue", constructor=two, body={"drivers": [drivers[3]] * 2}).problem(
        422, "INVALID_VALUE"
    )
    queue = room.second.get(
        "replace_draft_queue", constructor=two, body=unknown | {"drivers": [drivers[0], drivers[3]]}
    )
    assert (queue["drivers"], queue["mode"], queue["taken"]) == ([drivers[0], drivers[3]], "at_once", [])
    room.pick(room.first, room.order[0], drivers[0])
    slots = room.state(room.head)["slots"]
    assert [(slot["driver_id"], slot["made_by"]) for slot in slots[:3]] == [
        (drivers[0], "owner"), (drivers[3], "queue"), (None, None),
    ]  # fmt: skip
    assert room.second.get("get_draft_queue", constructor=two)["taken"] == [drivers[0], drivers[3]]
