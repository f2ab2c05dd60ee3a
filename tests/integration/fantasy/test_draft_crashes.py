"""A process may end before any statement, commit or alarm of a tick or a command: repeated, it leads to the same end.

What ends after a statement is what ends before the next one. PICKVS_CRASHES=all tries every one of them in all scenes,
and says how many those are.
"""

import os
from typing import Any

import pytest

from pickvs.core import database
from tests.support.crash_scenes import SCENES, SETTINGS
from tests.support.killing import Killed, Killer, Saved
from tests.support.leagues import FIRST_OPENING, FOUNDED, Paddock, Table

TABLES = (
    *("leagues", "league_log", "league_members", "constructors", "constructor_names"),
    *("drafts", "draft_acts", "draft_teams", "draft_slots", "draft_pool", "draft_picks", "draft_queues"),
    *("draft_queue_items", "events", "event_sessions", "event_entries", "agenda", "notices", "deliveries"),
    *("idempotency_keys", "league_totals"),
)
LEFT_OUT = {"agenda": {"attempts", "next_at", "last_error"}, "deliveries": {"id"}}
"""How often something was tried, and numbers that one statement gives in no order."""

ALL = os.environ.get("PICKVS_CRASHES") == "all"


def seen(paddock: Paddock) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of all tables, but for what LEFT_OUT names."""
    found = {}
    for table in TABLES:
        rows = paddock.rows(f"TABLE {table}")
        out = LEFT_OUT.get(table, set())
        found[table] = sorted(({name: row[name] for name in row if name not in out} for row in rows), key=str)
    return found


def prepared(paddock: Paddock, name: str) -> tuple[Table, int]:
    """Return the league of a scene and its draft; 0 if it has none yet."""
    stage = SCENES[name].stage
    table = paddock.seat(3, start=stage != "forming", **SETTINGS.get(name, {}))
    if stage == "forming":
        return table, 0
    paddock.tick(FOUNDED)
    if stage == "open":
        paddock.tick(FIRST_OPENING)
    return table, paddock.draft_of(table.league, paddock.events[0])


@pytest.mark.parametrize("name", SCENES if ALL else ["pick", "expire", "undo", "reorder"])
def test_a_crash_anywhere_leads_to_the_same_end(paddock: Paddock, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    act = SCENES[name].act
    table, draft = prepared(paddock, name)
    saved, killer = Saved(paddock.owner, TABLES), Killer(monkeypatch)
    with killer.at(None):
        act(paddock, table, draft)
        steps = killer.steps
    expected = seen(paddock)
    paddock.prove()
    assert steps > 10
    tried = list(range(1, steps + 1)) if ALL else sorted({*range(1, steps, 5), steps - 1, steps})
    for step in tried:
        saved.restore()
        with killer.at(step), pytest.raises(Killed):
            act(paddock, table, draft)
        database.close()
        # As if the time of the next attempt had come.
        paddock.owner.execute("UPDATE agenda SET attempts = 0, next_at = due_at")
        saved.renumber()
        act(paddock, table, draft)
        assert seen(paddock) == expected, f"{name}: killed at step {step} of {steps}"
    paddock.prove()
    print(f"{name}: killed at {len(tried)} points")
