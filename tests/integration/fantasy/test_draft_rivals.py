"""Many clients at once: every slot is filled once, in order, each contestant goes once, and refusals say why.

PICKVS_DRAFT_RIVALS=24x50 has 24 processes pick in 50 drafts of ten.
"""

import os
from datetime import timedelta

import pytest

from pickvs.core.database import transaction
from pickvs.fantasy.drafts.storing import keeping
from tests.support.draft_model import out_of_order
from tests.support.drafting_rivals import Client, Seat
from tests.support.leagues import FIRST_LOCK, FIRST_OPENING, FOUNDED, Paddock
from tests.support.rivals import all_at_once

CLIENTS, DRAFTS = map(int, os.environ.get("PICKVS_DRAFT_RIVALS", "3x2").split("x"))
PLAYERS = 10 if DRAFTS > 2 else 3


def test_rivals_fill_every_slot_once_and_in_order(paddock: Paddock, monkeypatch: pytest.MonkeyPatch) -> None:
    event = paddock.events[0]
    rows = paddock.rows(
        "INSERT INTO contestants (sport, name, short_name, created_at, updated_at)"
        " SELECT 'formula_one', 'Other ' || n, 'O' || n, now(), now() FROM generate_series(1, 12) n RETURNING id"
    )
    others = [row["id"] for row in rows]
    for each in paddock.events:
        paddock.enter(each, others)
    tables = [paddock.seat(PLAYERS, name=f"League {number}", clock_seconds=None) for number in range(DRAFTS)]
    paddock.tick(FOUNDED)
    paddock.tick(FIRST_OPENING)
    drafts = [paddock.draft_of(table.league, event) for table in tables]
    seats = []
    for table, draft in zip(tables, drafts, strict=True):
        order = paddock.order(draft)
        for player in table.players:
            slots = tuple(slot for slot, constructor in enumerate(order, 1) if constructor == player.constructor)
            seats.append(Seat(player.caller.user_id, player.constructor, slots))
    # The processes have no alarm clock: what they would ask of AWS is a convenience, and its lack is logged.
    monkeypatch.delenv("ALARM_CLOCKS")
    monkeypatch.delenv("FUNCTIONS_TO_WAKE")
    clients = [Client(number, event, (*paddock.pool, *others), seats) for number in range(CLIENTS)]
    at, seconds = FIRST_OPENING + timedelta(minutes=1), 60 + 20 * DRAFTS
    done = all_at_once(paddock.url, clients, at=at, processes=CLIENTS, seconds=seconds)
    assert done == ["made"] * CLIENTS
    for draft in drafts:
        picks = paddock.picks(draft)
        assert sorted(picks) == list(range(1, 2 * PLAYERS + 1))
        assert len(set(picks.values())) == 2 * PLAYERS
        with transaction() as connection:
            assert out_of_order(entry.act for entry in keeping.log_of(connection, draft)) == []
    paddock.tick(FIRST_LOCK)
    paddock.prove()
