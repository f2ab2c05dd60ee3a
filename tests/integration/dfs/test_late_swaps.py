"""Late swaps by the real handlers: what is locked stays, what is open gets better, and no entry is lost."""

from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest

from pickvs.core.database import transaction
from pickvs.dfs.entries.rules import Entry
from pickvs.dfs.entries.service import add_file
from pickvs.dfs.optimizer import swaps
from tests.support.database_roles import acting_as
from tests.support.dfs import MINUTE, NOW, TIP_OFF, Lounge, Made
from tests.support.gateway import call
from tests.support.killing import Killed, Killer, Saved
from tests.support.logs import logged

ENTRIES = 20
AT = TIP_OFF + MINUTE
"""The first of three games has begun."""


def enter(lounge: Lounge, made: Made, lineups: list[list[int | None]]) -> int:
    """Store a file of entries of one contest, as if it had been uploaded before the first game."""
    [upload] = lounge.rows(
        "INSERT INTO dfs_uploads (user_id, slate_id, kind, sha256, bytes, is_strict, report, uploaded_at)"
        " VALUES (%s, %s, 'dk_entries', repeat('a', 64), 1, false, '{}', %s) RETURNING id",
        *(lounge.ada[0], made.slate, NOW),
    )
    entries = [
        Entry(
            line=line,
            entry_key=f"46{line}",
            contest_key="171717",
            contest_name="NBA $5K",
            fee="$3 ",
            cells=["" if player is None else f"Player ({player})" for player in players],
            players=players,
            locked=[False] * len(players),
        )
        for line, players in enumerate(lineups, 2)
    ]
    with acting_as("writer"), transaction() as connection:
        return add_file(
            connection, user_id=lounge.ada[0], slate_id=made.slate, upload_id=upload["id"], entries=entries, at=NOW
        )


@pytest.fixture
def entered(lounge: Lounge) -> tuple[Made, int, list[list[int | None]]]:
    """A slate, a file of entries that were the best before two stars were hurt, and the entries by line."""
    made = lounge.slate(lounge.ada)
    build = lounge.build(lounge.ada, made, count=ENTRIES, max_exposure=0.5)
    lounge.work()
    lineups: list[list[int | None]] = [list(players) for _, players in lounge.lineups(build)]
    first_game = {row["id"] for row in lounge.rows(PLAYERS_OF_FIRST_GAME, made.slate)}
    # One entry has an empty slot, and one has nobody in a slot that nobody may fill any more.
    lineups[3][7] = None
    assert any(player in first_game for lineup in lineups for player in lineup)
    return made, enter(lounge, made, lineups), lineups


PLAYERS_OF_FIRST_GAME = """
    SELECT player.id FROM slate_players player JOIN slate_games game ON game.id = player.slate_game_id
    WHERE game.slate_id = %s ORDER BY game.starts_at, game.key LIMIT 20
"""


def hurt(lounge: Lounge, made: Made, begun: set[int]) -> int:
    """Project nothing for the two most used players whose games are to come, and return the new set."""
    used = lounge.rows(
        "SELECT player, count(*) FROM lineups, unnest(players) AS player GROUP BY player ORDER BY 2 DESC, player"
    )
    stars = [row["player"] for row in used if row["player"] not in begun][:2]
    body = {
        "slate_id": made.slate,
        "kind": "edited",
        "parent": made.projections,
        "changes": [{"player_id": star, "points": 0} for star in stars],
    }
    answer = call("create_projection_set", "POST", "/dfs/projection-sets", user=lounge.ada, body=body)
    assert answer.status == 201, answer.body
    return int(answer.body["id"])


def begun_at(lounge: Lounge, made: Made, at: datetime) -> set[int]:
    return {
        row["id"]
        for row in lounge.rows(
            "SELECT player.id FROM slate_players player JOIN slate_games game ON game.id = player.slate_game_id"
            " WHERE game.slate_id = %s AND game.starts_at <= %s",
            *(made.slate, at),
        )
    }


def test_entries_get_better_around_what_is_locked(
    lounge: Lounge, entered: tuple[Made, int, list[list[int | None]]]
) -> None:
    made, file, lineups = entered
    begun = begun_at(lounge, made, AT)
    assert 0 < len(begun) < len(made.ids)
    chosen = hurt(lounge, made, begun)
    assert lounge.ask(lounge.ada, made, projection_set_id=chosen, at=AT).body["code"] == "SLATE_LOCKED"
    build = lounge.build(lounge.ada, made, projection_set_id=chosen, late_swap_file_id=file, at=AT)
    lounge.work(AT)
    shown = lounge.shown(lounge.ada, build)
    assert (shown["state"], shown["found"], shown["wanted"]) == ("done", ENTRIES, ENTRIES)
    swapped = {
        row["entry_line"]: row for row in lounge.rows("SELECT * FROM lineups WHERE build_id = %s ORDER BY 2", build)
    }
    assert set(swapped) == set(range(2, ENTRIES + 2))
    worth = {
        row["slate_player_id"]: row["points"]
        for row in lounge.rows("SELECT slate_player_id, points FROM projections WHERE set_id = %s", chosen)
    }
    changed = 0
    for line, before in enumerate(lineups, 2):
        after = swapped[line]["players"]
        for old, new in zip(before, after, strict=True):
            assert (old in begun) == (new in begun)
            assert old == new or old not in begun
        assert swapped[line]["points"] == sum(worth[player] for player in after)
        was = sum(worth[player] for player in before if player is not None)
        assert swapped[line]["points"] > was or swapped[line]["kept_because"]
        changed += after != before
    assert changed >= ENTRIES // 2
    assert None not in swapped[5]["players"]
    assert len({frozenset(row["players"]) for row in swapped.values()}) == ENTRIES
    page = lounge.get(lounge.ada, f"/dfs/builds/{build}/lineups", "list_lineups", limit="100").body["lineups"]
    assert {each["entry_line"] for each in page} == set(swapped)


def test_entries_that_cannot_be_swapped_are_kept_with_the_reason(
    lounge: Lounge, entered: tuple[Made, int, list[list[int | None]]]
) -> None:
    made, file, lineups = entered
    lounge.owner.execute("ALTER TABLE dfs_entries DISABLE TRIGGER ALL")
    lounge.owner.execute("UPDATE dfs_entries SET locked = array_fill(true, '{8}') WHERE line IN (3, 4)")
    # Line 5 has an empty slot, which the file says is locked.
    lounge.owner.execute("UPDATE dfs_entries SET locked[8] = true WHERE line = 5")
    build = lounge.build(lounge.ada, made, late_swap_file_id=file, locks=[], at=AT)
    lounge.work(AT)
    rows = {row["entry_line"]: row for row in lounge.rows("SELECT * FROM lineups WHERE build_id = %s", build)}
    assert [rows[line]["kept_because"] for line in (3, 4, 5)] == [
        "All slots are locked.",
        "All slots are locked.",
        "A locked slot is empty, so the lineup cannot be completed.",
    ]
    assert rows[5]["players"] == lineups[3]
    shown = lounge.shown(lounge.ada, build)
    kept = sum(row["kept_because"] is not None for row in rows.values())
    assert (shown["state"], shown["reason"]) == (
        "done",
        f"{kept} of {ENTRIES} entries stay as they were; each says why.",
    )


@pytest.mark.parametrize("faulty", [{7}, {2, 9, 21}, set(range(2, ENTRIES + 2))])
def test_an_entry_at_which_the_optimizer_fails_stays_and_the_others_are_swapped(
    lounge: Lounge,
    entered: tuple[Made, int, list[list[int | None]]],
    monkeypatch: pytest.MonkeyPatch,
    faulty: set[int],
) -> None:
    made, file, lineups = entered
    chosen = hurt(lounge, made, begun_at(lounge, made, AT))
    whole = swaps._Swaps._swap

    def swap(self: Any, entry: swaps.Entry, rest: Any) -> swaps.Swapped:
        if int(entry.id) in faulty:
            raise ZeroDivisionError(f"entry {entry.id}")
        return whole(self, entry, rest)

    monkeypatch.setattr(swaps._Swaps, "_swap", swap)
    build = lounge.build(lounge.ada, made, projection_set_id=chosen, late_swap_file_id=file, at=AT)
    with logged() as lines:
        assert lounge.work(AT)["failed"] == 0
    rows = {row["entry_line"]: row for row in lounge.rows("SELECT * FROM lineups WHERE build_id = %s", build)}
    assert set(rows) == set(range(2, ENTRIES + 2))
    said = {line: row["kept_because"] or "" for line, row in rows.items()}
    assert {line for line, why in said.items() if "unexpected error" in why} == faulty
    assert all(rows[line]["players"] == lineups[line - 2] for line in faulty)
    assert len({frozenset(row["players"]) for row in rows.values()}) == ENTRIES
    assert any(rows[line]["players"] != lineups[line - 2] for line in rows) == (len(faulty) < ENTRIES)
    assert {int(line["line"]) for line in lines() if line["message"] == "entry not swapped"} == faulty
    assert lounge.shown(lounge.ada, build)["state"] == "done"


def test_what_is_for_new_lineups_is_refused(lounge: Lounge, entered: tuple[Made, int, list[list[int | None]]]) -> None:
    made, file, _ = entered
    answer = lounge.ask(lounge.ada, made, late_swap_file_id=file, max_exposure=0.4, max_repeating=4, at=AT)
    assert [each["field"] for each in answer.body["errors"]] == ["max_exposure", "max_repeating"]
    stranger = lounge.ask(lounge.bob, lounge.slate(lounge.bob, seed=5), late_swap_file_id=file, at=AT)
    assert (stranger.status, stranger.body["code"]) == (404, "ENTRY_FILE_NOT_FOUND")
    other = lounge.ask(lounge.ada, lounge.slate(lounge.ada, seed=6), late_swap_file_id=file)
    assert (other.status, other.body["code"]) == (409, "ENTRIES_OF_OTHER_SLATE")
    over = lounge.ask(lounge.ada, made, late_swap_file_id=file, at=TIP_OFF + 60 * MINUTE)
    assert over.body["code"] == "SLATE_LOCKED"


def test_a_swap_that_is_killed_between_batches_goes_on_with_the_other_entries(
    lounge: Lounge, entered: tuple[Made, int, list[list[int | None]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, file, _ = entered
    chosen = hurt(lounge, made, begun_at(lounge, made, AT))
    build = lounge.build(lounge.ada, made, projection_set_id=chosen, late_swap_file_id=file, at=AT)
    saved = Saved(lounge.owner, ("dfs_builds", "lineups", "agenda"))
    killer = Killer(monkeypatch)

    def stored() -> list[Any]:
        return [
            tuple(row.values()) for row in lounge.rows("SELECT * FROM lineups WHERE build_id = %s ORDER BY 2", build)
        ]

    with killer.at(None):
        lounge.work(AT)
    whole, seen = stored(), set()
    for step in range(killer.steps, 0, -4):
        saved.restore()
        with killer.at(step), suppress(Killed):
            lounge.work(AT)
        seen.add(len(stored()))
        lounge.work(AT + 3 * MINUTE)
        assert stored() == whole, f"killed at step {step}"
    assert seen == {0, 15, 20}
