"""What no draft and no league may be, the database refuses by itself, whatever the code does.

Each guard is tried alone: with all others that refuse the same removed it still refuses, and without it nothing does.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from pickvs.operations.database_roles.rules import Role
from tests.support.alarms import watch_alarms
from tests.support.database_roles import USERS
from tests.support.databases import Databases
from tests.support.leagues import FIRST_LOCK, FIRST_OPENING, FOUNDED, Paddock, Table

MINUTE = timedelta(minutes=1)


@dataclass
class Scene:
    """A draft of three constructors, two of which have picked; and another league that has not drafted."""

    paddock: Paddock
    table: Table
    other: Table
    draft: int
    next_draft: int
    outsider: int
    far_event: int

    @property
    def names(self) -> dict[str, Any]:
        """What statements name: the draft, its constructors in the order of slots, contestants, and so on."""
        first, second, third = self.paddock.order(self.draft)[:3]
        return {
            "draft": self.draft,
            "next_draft": self.next_draft,
            "league": self.table.league,
            "first": first,
            "second": second,
            "third": third,
            "stranger": self.other.players[0].constructor,
            "other_league": self.other.league,
            "taken": self.paddock.pool[0],
            "free": self.paddock.pool[5],
            "outsider": self.outsider,
            "event": self.paddock.events[0],
            "far_event": self.far_event,
            "user": self.table.players[1].caller.user_id,
            "stranger_user": self.other.players[0].caller.user_id,
            "at": FIRST_OPENING + 5 * MINUTE,
            "early": FOUNDED,
            "late": FIRST_LOCK,
            "table": self.paddock.table_id,
        }


@pytest.fixture(scope="module")
def scene(databases: Databases) -> Iterator[Scene]:
    """One database for all: every try is rolled back."""
    with databases.fresh() as url, pytest.MonkeyPatch.context() as patch, databases.use(url, patch):
        watch_alarms(patch, "tick_drafts", "deliver_notices")
        paddock = Paddock(url)
        table, other = paddock.seat(3), paddock.seat(2, name="Another league")
        paddock.tick(FOUNDED)
        paddock.tick(FIRST_OPENING)
        draft = paddock.draft_of(table.league, paddock.events[0])
        for number, constructor in enumerate(paddock.order(draft)[:2]):
            player = table.by_constructor[constructor]
            paddock.pick(player, paddock.events[0], paddock.pool[number], at=FIRST_OPENING + (number + 1) * MINUTE)
        [row] = paddock.rows(
            "INSERT INTO contestants (sport, name, short_name, created_at, updated_at)"
            " VALUES ('formula_one', 'Outsider', 'O', %s, %s) RETURNING id",
            *(FOUNDED, FOUNDED),
        )
        [event] = paddock.rows(
            "INSERT INTO events (sport, season, venue_id, name, day, created_at, updated_at)"
            " SELECT sport, 2031, venue_id, 'Later', '2031-05-05', %s, %s FROM events LIMIT 1 RETURNING id",
            *(FOUNDED, FOUNDED),
        )
        second = paddock.draft_of(other.league, paddock.events[0])
        yield Scene(paddock, table, other, draft, second, row["id"], event["id"])
        paddock.close()


CASES = tomllib.loads(Path(__file__).with_name("impossible.toml").read_text(encoding="utf-8"))
PARTS = CASES.pop("pick")


def statements(case: Mapping[str, Any]) -> list[str]:
    """Return the statements of a case: with the parts of a pick in their places, and others exchanged."""
    found = [PARTS.get(each.strip("{}"), each) if each.startswith("{") else each for each in case["do"]]
    for before, after in case.get("with", {}).items():
        assert any(before in each for each in found), before
        found = [each.replace(before, after) for each in found]
    return found


def removal(guard: str) -> str:
    if guard.startswith(("TRIGGER", "INDEX")):
        return f"DROP {guard}"
    table, name = guard.split(".")
    return f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE"


def attempt(scene: Scene, removed: Sequence[str], done: Sequence[str], role: Role | None) -> bool:
    """Return whether the database admits statements without some of its guards. Nothing of them stays.

    role: as which they are tried. None: as the owner, whom no lack of privileges stops.
    """
    owner = scene.paddock.owner
    with owner.transaction(force_rollback=True):
        for guard in removed:
            owner.execute(removal(guard))
        if role is not None:
            owner.execute(sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(sql.Identifier(USERS[role])))
        try:
            with owner.transaction():
                for statement in done:
                    owner.execute(statement, scene.names)
                owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.errors.IntegrityError:
            return False
        return True


@pytest.mark.parametrize("name", CASES)
def test_each_guard_alone_makes_it_impossible(scene: Scene, name: str) -> None:
    done, guards, role = statements(CASES[name]), CASES[name]["guards"], CASES[name].get("as")
    for guard in guards:
        others = [each for each in guards if each != guard]
        assert not attempt(scene, others, done, role), f"{guard} admits {name}"
    assert attempt(scene, guards, done, role), f"more guards than these refuse {name}"


def test_the_pick_that_is_in_turn_is_admitted(scene: Scene) -> None:
    assert attempt(scene, [], [PARTS["act"], PARTS["row"]], "writer")
