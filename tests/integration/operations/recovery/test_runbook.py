"""The commands that the runbook tells an engineer to run in a restored database."""

from pathlib import Path

import psycopg

from pickvs.core import clock
from pickvs.groups import service as groups
from pickvs.groups.requests import WantedGroup
from tests.support.contest import Contest
from tests.support.persons import NOW, delete, enter
from tests.support.snapshot import everything

RUNBOOK = Path(__file__).parents[4] / "docs" / "runbook" / "database.md"


def test_who_came_back_is_erased_again(full: Contest, database: str) -> None:
    gone, erased_by_hand, kept = (enter(full, name) for name in ("Dora-G1a", "Emil-H2b", "Fay-J3c"))
    assert delete(gone).status == 204
    restoring = RUNBOOK.read_text(encoding="utf-8").split("\n## Restoring\n")[1].split("\n## ")[0]
    (statements,) = restoring.split("```sql\n")[1:]
    script = statements.split("```")[0]
    assert script.count("'{41,42}'") == 30
    with clock.held_at(NOW):
        shared = groups.found_group(erased_by_hand.id, None, WantedGroup(name="Thursday night"))
    full.connection.execute("INSERT INTO group_members VALUES (%s, %s, %s)", (shared.id, kept.id, NOW))
    with psycopg.connect(database) as connection:
        connection.execute(script.replace("{41,42}", f"{{{erased_by_hand.id},{gone.id}}}").encode())
    stored = everything(database, but=("limits",))
    assert [trace for trace in erased_by_hand.traces() if trace in str(stored)] == []
    assert kept.name in str(stored)
    assert {row[1]: row[2] for row in stored["groups"]}["Thursday night"] == kept.id
    assert erased_by_hand.id not in [row[1] for row in stored["group_members"]]
    users = {row[0]: row for row in stored["users"]}
    assert users[erased_by_hand.id][1].startswith("deleted-")
    assert len(users[erased_by_hand.id][1]) == len(users[gone.id][1])
