"""Orders and windows through the services, against the figures of section 12 of the design (bars 5 and 6)."""

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from tests.support.alarms import Alarms
from tests.support.leagues import FIRST_LOCK, FIRST_OPENING, FOUNDED, WEEK, Paddock

HOUR = timedelta(hours=1)
SEED = bytes(range(32))


def test_orders_follow_from_the_seed_that_was_committed_to(paddock: Paddock, monkeypatch: pytest.MonkeyPatch) -> None:
    third = paddock.event("Race 3", FIRST_LOCK + 2 * WEEK)
    paddock.owner.execute("ALTER TABLE constructors ALTER id RESTART WITH 101")
    monkeypatch.setattr(secrets, "token_bytes", lambda length: SEED[:length])
    table = paddock.seat(5, start=False)
    league = paddock.found(paddock.user(), name="Another one").id  # the same seed, and it is not shown
    [hidden] = paddock.rows("SELECT seed_sha256, shown_seed FROM leagues WHERE id = %s", league)
    assert hidden == {"seed_sha256": sha256(SEED).hexdigest(), "shown_seed": None}
    assert hidden["seed_sha256"] == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"

    started = paddock.start(table.head, table.league)
    assert started.league.seed == SEED.hex()
    assert [group.base_order for group in started.groups] == [[105, 104, 102, 103, 101]]
    for place, event in enumerate((*paddock.events, third)):
        paddock.tick(FIRST_LOCK - timedelta(days=3) + place * WEEK)
        paddock.tick(FIRST_LOCK + place * WEEK)
        order = paddock.order(paddock.draft_of(table.league, event))
        assert order == [*order[:5], *reversed(order[:5])]
        assert order[:5] == [[105, 104, 102, 103, 101], [101, 105, 104, 102, 103], [103, 101, 105, 104, 102]][place]
    paddock.prove()


def test_a_void_draft_costs_nobody_a_first_pick(paddock: Paddock) -> None:
    table = paddock.seat(3)
    paddock.tick(FOUNDED)
    paddock.tick(FIRST_OPENING)
    first = paddock.draft_of(table.league, paddock.events[0])
    order = paddock.order(first)
    player = table.by_constructor[order[0]]
    paddock.pick(player, paddock.events[0], paddock.pool[3], at=FIRST_OPENING + timedelta(hours=1))
    at = FIRST_OPENING + timedelta(hours=2)
    paddock.cancel(paddock.events[0], at)
    paddock.tick(at)
    assert paddock.room(first, at=at).draft.phase == "void"
    assert paddock.picks(first) == {1: paddock.pool[3]}
    paddock.tick(FIRST_LOCK + WEEK)
    assert paddock.order(paddock.draft_of(table.league, paddock.events[1])) == order
    paddock.prove()


def test_a_draft_goes_on_where_it_was_if_its_event_takes_place_after_all(paddock: Paddock) -> None:
    table = paddock.seat(3)
    paddock.tick(FOUNDED)
    paddock.tick(FIRST_OPENING)
    event = paddock.events[0]
    draft = paddock.draft_of(table.league, event)
    first, second, third = (table.by_constructor[each] for each in paddock.order(draft)[:3])
    paddock.pick(first, event, paddock.pool[3], at=FIRST_OPENING + HOUR)
    paddock.cancel(event, FIRST_OPENING + 2 * HOUR)
    paddock.tick(FIRST_OPENING + 2 * HOUR)
    paddock.owner.execute("UPDATE constructors SET retired_at = %s WHERE id = %s", (FOUNDED, third.constructor))
    # It comes back a day later, with a lock that lies a day later as well.
    late = FIRST_OPENING + timedelta(days=1)
    paddock.owner.execute("UPDATE events SET is_void = false WHERE id = %s", (event,))
    paddock.move(event, FIRST_LOCK + timedelta(days=1), late)
    paddock.tick(late)
    room = paddock.room(draft, at=late)
    assert (room.draft.phase, room.draft.lock_at) == ("open", FIRST_LOCK + timedelta(days=1))
    assert room.turn is not None
    assert (room.turn.constructor_id, room.turn.expires_at) == (second.constructor, late + 2 * HOUR)
    turns = paddock.rows(
        "SELECT count(*) AS told FROM notices WHERE kind = 'draft.turn' AND user_id = %s", second.caller.user_id
    )
    assert turns[0]["told"] == 2
    paddock.pick(second, event, paddock.pool[0], at=late + HOUR)
    assert list(paddock.picks(draft)) == [1, 2, 3, 4]  # the system picks both of who has left
    paddock.tick(FIRST_LOCK + timedelta(days=1))
    assert len(paddock.picks(draft)) == 6
    paddock.prove()


@pytest.mark.parametrize("back_at", [FIRST_OPENING - HOUR, FIRST_OPENING + HOUR, FIRST_LOCK + HOUR])
def test_a_draft_that_had_not_opened_waits_for_its_window_again(paddock: Paddock, back_at: datetime) -> None:
    """The lock that passes meanwhile picks for everybody, as for a draft that was held back by a question."""
    table = paddock.seat(3)
    paddock.tick(FOUNDED)
    event = paddock.events[0]
    draft = paddock.draft_of(table.league, event)
    paddock.cancel(event, FIRST_OPENING - 2 * HOUR)
    paddock.tick(FIRST_OPENING - 2 * HOUR)
    paddock.tick(back_at)
    assert paddock.room(draft, at=back_at).draft.phase == "void"
    paddock.owner.execute("UPDATE events SET is_void = false WHERE id = %s", (event,))
    paddock.tell(event, back_at)
    paddock.tick(back_at)
    phases = {FIRST_OPENING - HOUR: "waiting", FIRST_OPENING + HOUR: "open", FIRST_LOCK + HOUR: "locked"}
    assert paddock.room(draft, at=back_at).draft.phase == phases[back_at]
    assert len(paddock.picks(draft)) == (6 if back_at > FIRST_LOCK else 0)
    paddock.prove()


def test_a_draft_is_void_for_its_cancelled_event_however_late_that_is_noticed(paddock: Paddock) -> None:
    table = paddock.seat(3)
    paddock.tick(FOUNDED)
    draft = paddock.draft_of(table.league, paddock.events[0])
    paddock.cancel(paddock.events[0], FIRST_OPENING - HOUR)
    paddock.tick(FIRST_LOCK + HOUR)
    [act] = paddock.rows("SELECT payload FROM draft_acts WHERE draft_id = %s AND kind = 'voided'", draft)
    assert act["payload"] == {"cause": "cancelled"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "lock_at", "opens_at"),
    [
        ("São Paulo 2023", "2023-11-03T18:00", "2023-10-30T12:00"),
        ("Abu Dhabi 2023", "2023-11-25T14:00", "2023-11-20T13:00"),
        ("China 2024", "2024-04-19T07:30", "2024-04-15T12:00"),
    ],
)
def test_windows_follow_the_wall_clock_of_the_league(paddock: Paddock, name: str, lock_at: str, opens_at: str) -> None:
    paddock.owner.execute("UPDATE events SET is_void = true")
    event = paddock.event(name, at(lock_at))
    table = paddock.seat(10, at=at(lock_at) - timedelta(days=20), clock_seconds=14_400, rounds=1)
    paddock.tick(at(opens_at) - timedelta(seconds=1))
    draft = paddock.draft_of(table.league, event)
    assert paddock.room(draft, at=at(opens_at)).draft.phase == "waiting"
    paddock.tick(at(opens_at))
    room = paddock.room(draft, at=at(opens_at))
    assert (room.draft.phase, room.draft.opens_at, room.draft.lock_at) == ("open", at(opens_at), at(lock_at))


def test_the_clock_is_cut_to_fit_the_window(paddock: Paddock) -> None:
    paddock.owner.execute("UPDATE events SET is_void = true")
    lock_at = at("2024-04-19T07:30")
    others = [
        row["id"]
        for row in paddock.rows(
            "INSERT INTO contestants (sport, name, short_name, created_at, updated_at)"
            " SELECT 'formula_one', 'Other ' || n, 'O' || n, now(), now() FROM generate_series(1, 10) n RETURNING id"
        )
    ]
    event = paddock.event("China 2024", lock_at, [*paddock.pool, *others])
    table = paddock.seat(10, at=lock_at - timedelta(days=20), clock_seconds=14_400)
    paddock.tick(at("2024-04-15T12:00"))
    room = paddock.room(paddock.draft_of(table.league, event), at=at("2024-04-15T12:00"))
    assert (len(room.slots), room.clock_seconds) == (20, 10_710)


def test_no_window_follows_from_a_schedule_under_review(paddock: Paddock) -> None:
    """Las Vegas 2023: while the question is open there is no draft, and an answer brings it."""
    paddock.owner.execute(
        "INSERT INTO fantasy_reviews (event_id, kind, subject, causes, question, opened_at)"
        " VALUES (%s, 'schedule', 'schedule', '{46 hours}', '{}', %s)",
        (paddock.events[0], FOUNDED),
    )
    table = paddock.seat(3)
    paddock.tick(FIRST_OPENING)
    planned = paddock.rows("SELECT event_id FROM drafts WHERE league_id = %s", table.league)
    assert planned == [{"event_id": paddock.events[1]}]
    paddock.owner.execute("UPDATE fantasy_reviews SET closed_at = opened_at, decision = 'second'")
    paddock.tell(paddock.events[0], FIRST_OPENING)
    paddock.tick(FIRST_OPENING)
    assert paddock.room(paddock.draft_of(table.league, paddock.events[0]), at=FIRST_OPENING).draft.phase == "open"


def test_a_draft_that_is_held_back_is_not_ticked_by_all_who_look_at_it(paddock: Paddock, alarms: Alarms) -> None:
    table = paddock.seat(2)
    paddock.tick(FOUNDED)
    draft = paddock.draft_of(table.league, paddock.events[0])
    paddock.owner.execute("DELETE FROM event_entries WHERE event_id = %s", (paddock.events[0],))
    alarms.woken.clear()
    paddock.room(draft, at=FIRST_OPENING)
    assert alarms.woken == ["arn:tick_drafts"]
    paddock.tick(FIRST_OPENING)
    alarms.woken.clear()
    assert paddock.room(draft, at=FIRST_OPENING + timedelta(minutes=5)).draft.phase == "waiting"
    assert alarms.woken == []


def test_a_lock_that_moves_into_the_past_before_the_opening(paddock: Paddock) -> None:
    """The session was run before anybody knew of its new time. The draft is held, and the system picks for all."""
    table = paddock.seat(2)
    paddock.tick(FOUNDED)
    at = FIRST_OPENING - HOUR
    paddock.move(paddock.events[0], at - HOUR, at)
    paddock.tick(at)
    draft = paddock.draft_of(table.league, paddock.events[0])
    room = paddock.room(draft, at=at)
    assert room.draft.phase == "locked"
    assert {slot.made_by for slot in room.slots} == {"lock"}
    paddock.prove(draft)
