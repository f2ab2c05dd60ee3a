"""The operator proves that a draft is what its acts have led to, or finds in what it is not."""

from datetime import timedelta
from typing import Any

import pytest

from pickvs.operations.administration.operator_commands.refusals import CommandRefused
from tests.support.functions import load
from tests.support.leagues import FIRST_OPENING, FOUNDED, Paddock


def replay(draft: int) -> dict[str, Any]:
    return dict(load("operator/handler").handler({"command": "replay_draft", "draft_id": draft}, None))


def test_a_draft_is_proved_and_a_forged_one_is_not(paddock: Paddock) -> None:
    table = paddock.seat(2)
    paddock.tick(FOUNDED)
    paddock.tick(FIRST_OPENING)
    draft = paddock.draft_of(table.league, paddock.events[0])
    player = table.by_constructor[paddock.order(draft)[0]]
    paddock.pick(player, paddock.events[0], paddock.pool[4], at=FIRST_OPENING + timedelta(minutes=1))
    assert replay(draft) == {"draft_id": draft, "acts": 3, "holds": True, "differences": {}, "problem": None}
    with pytest.raises(CommandRefused, match="there is no draft 999"):
        replay(999)

    paddock.owner.execute("ALTER TABLE draft_picks DISABLE TRIGGER USER")
    paddock.owner.execute("UPDATE draft_picks SET contestant_id = %s", (paddock.pool[0],))
    found = replay(draft)
    assert (found["holds"], list(found["differences"])) == (False, ["picks"])
    said = [
        f"contestant={contestant}," in text
        for contestant, text in zip((paddock.pool[4], paddock.pool[0]), found["differences"]["picks"], strict=True)
    ]
    assert said == [True, True]

    paddock.owner.execute("ALTER TABLE draft_acts DISABLE TRIGGER USER")
    paddock.owner.execute("UPDATE draft_acts SET kind = 'swallowed' WHERE seq = 3")
    found = replay(draft)
    assert not found["holds"]
    assert "swallowed cannot be read" in found["problem"]
