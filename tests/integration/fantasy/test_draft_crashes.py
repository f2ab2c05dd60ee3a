"""A process may end before any statement, commit or alarm of a tick or a command: repeated, it leads to the same end.

What ends after a statement is what ends before the next one. PICKVS_CRASHES=all tries every one of them in more scenes.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from pickvs.core import clock, database
from pickvs.core.errors import RequestError
from pickvs.fantasy.drafts import service
from pickvs.fantasy.drafts.clock import GRACE
from pickvs.fantasy.drafts.requests import WantedPick, WantedUndo
from tests.support.killing import Killed, Killer, Saved
from tests.support.leagues import FIRST_LOCK, FIRST_OPENING, FOUNDED, Paddock, Table

TABLES = (
    *("leagues", "league_log", "drafts", "draft_acts", "draft_teams", "draft_slots", "draft_pool", "draft_picks"),
    *("draft_queues", "draft_queue_items", "agenda", "notices", "deliveries", "idempotency_keys"),
)
LEFT_OUT = {"agenda": {"attempts", "next_at", "last_error"}, "deliveries": {"id"}}
"""How often something was tried, and numbers that one statement gives in no order."""

MINUTE = timedelta(minutes=1)
AT = FIRST_OPENING + MINUTE

type Scene = tuple[datetime, Callable[[Paddock, Table, int], object]]


def open_draft(paddock: Paddock, _: Table, __: int) -> None:
    paddock.tick(FIRST_OPENING)


def draft_at_once(paddock: Paddock, table: Table, _: int) -> None:
    paddock.owner.execute(
        "INSERT INTO draft_queues SELECT id, 'at_expiry', 'on', 0 FROM constructors WHERE league_id = %s"
        " ON CONFLICT DO NOTHING",
        (table.league,),
    )
    paddock.tick(FIRST_OPENING)


def pick(paddock: Paddock, table: Table, draft: int) -> None:
    """The owner on turn picks, and repeats the request with its key until an answer comes."""
    player = table.by_constructor[paddock.order(draft)[0]]
    body = WantedPick(event_id=paddock.events[0], contestant_id=paddock.pool[4], expected_slot=1)
    with clock.held_at(AT):
        service.make_pick(player.caller, player.constructor, body, "the same key")


def undo(paddock: Paddock, table: Table, draft: int) -> None:
    pick(paddock, table, draft)
    with clock.held_at(AT + MINUTE), suppress(RequestError):  # NOTHING_TO_UNDO, if the first try was committed
        service.undo(table.head, draft, WantedUndo(to_slot=1, reason="a slip"))


def late_pick(paddock: Paddock, table: Table, draft: int) -> None:
    """Somebody picks after the end of the clock: what was due is recorded, though the pick is refused."""
    player = table.by_constructor[paddock.order(draft)[0]]
    at = FIRST_OPENING + timedelta(hours=2) + GRACE
    with pytest.raises(RequestError, match="clock has run out"):
        paddock.pick(player, paddock.events[0], paddock.pool[4], at=at, expected_slot=1)


def expire(paddock: Paddock, _: Table, __: int) -> None:
    paddock.tick(FIRST_OPENING + timedelta(hours=2) + GRACE)


def lock(paddock: Paddock, _: Table, __: int) -> None:
    paddock.tick(FIRST_LOCK)


def queue(paddock: Paddock, table: Table, draft: int) -> None:
    player = table.by_constructor[paddock.order(draft)[0]]
    paddock.queue(player, paddock.pool[3:6], at=AT, mode="at_once", auto="next")


SCENES: dict[str, tuple[bool, Callable[[Paddock, Table, int], object]]] = {
    "pick": (True, pick),
    "expire": (True, expire),
    "open": (False, open_draft),
    "open, with everybody on auto": (False, draft_at_once),
    "lock": (True, lock),
    "undo": (True, undo),
    "late pick": (True, late_pick),
    "queue": (True, queue),
}
ALL = os.environ.get("PICKVS_CRASHES") == "all"


def seen(paddock: Paddock) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of all tables, but for what LEFT_OUT names."""
    found = {}
    for table in TABLES:
        rows = paddock.rows(f"TABLE {table}")
        out = LEFT_OUT.get(table, set())
        found[table] = sorted(({name: row[name] for name in row if name not in out} for row in rows), key=str)
    return found


@pytest.mark.parametrize("name", SCENES if ALL else ["pick", "expire"])
def test_a_crash_anywhere_leads_to_the_same_end(paddock: Paddock, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    is_open, act = SCENES[name]
    table = paddock.seat(3)
    paddock.tick(FOUNDED)
    draft = paddock.draft_of(table.league, paddock.events[0])
    if is_open:
        paddock.tick(FIRST_OPENING)
    saved, killer = Saved(paddock.owner, TABLES), Killer(monkeypatch)
    with killer.at(None):
        act(paddock, table, draft)
        steps = killer.steps
    expected = seen(paddock)
    paddock.prove(draft)
    assert steps > 20
    for step in range(1, steps + 1) if ALL else {*range(1, steps, 5), steps - 1, steps}:
        saved.restore()
        with killer.at(step), pytest.raises(Killed):
            act(paddock, table, draft)
        database.close()
        # As if the time of the next attempt had come.
        paddock.owner.execute("UPDATE agenda SET attempts = 0, next_at = due_at")
        saved.renumber()
        act(paddock, table, draft)
        assert seen(paddock) == expected, f"{name}: killed at step {step} of {steps}"
    paddock.prove(draft)
