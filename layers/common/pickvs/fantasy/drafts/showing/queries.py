"""SQL of reading drafts, for members and spectators."""

from datetime import datetime
from typing import Any

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.fantasy.drafts.state import MadeBy, Phase

_SHOWN_ACTS = """
    SELECT act.seq, act.at, act.kind, actor.username AS by, act.payload
    FROM draft_acts act
    LEFT JOIN users actor ON actor.id = act.user_id
    WHERE act.draft_id = %s AND act.seq > %s
    ORDER BY act.seq
"""

_DRAFTED = """
    SELECT draft.id AS draft_id, draft.event_id, event.name AS event, draft.phase, slot.slot_no, slot.round,
           pick.id AS pick_id, pick.contestant_id, pick.made_by
    FROM draft_teams team
    JOIN drafts draft ON draft.id = team.draft_id
    JOIN events event ON event.id = draft.event_id
    JOIN draft_slots slot ON slot.draft_id = draft.id AND slot.constructor_id = team.constructor_id
    LEFT JOIN draft_picks pick
      ON pick.draft_id = slot.draft_id AND pick.slot_no = slot.slot_no AND pick.voided_seq IS NULL
    WHERE team.constructor_id = %s
    ORDER BY draft.lock_at DESC, slot.slot_no
"""


class ShownAct(TableRow, frozen=True):
    """An act of a draft, for its members. by: the username of who did it."""

    seq: int
    at: datetime
    kind: str
    by: str | None
    payload: dict[str, Any]


class DraftedRow(TableRow, frozen=True):
    """A slot of a constructor, with the pick that stands in it, if one does."""

    draft_id: int
    event_id: int
    event: str
    phase: Phase
    slot_no: int
    round: int
    pick_id: int | None
    contestant_id: int | None
    made_by: MadeBy | None


def shown_acts(connection: Connection, draft_id: int, after: int) -> list[ShownAct]:
    """Return the acts of a draft after one of them, in order, for its members."""
    with connection.cursor(row_factory=row_of(ShownAct)) as cursor:
        return cursor.execute(_SHOWN_ACTS, (draft_id, after)).fetchall()


def picks_of_constructor(connection: Connection, constructor_id: int) -> list[DraftedRow]:
    """Return the slots of a constructor in all its drafts, the latest draft first."""
    with connection.cursor(row_factory=row_of(DraftedRow)) as cursor:
        return cursor.execute(_DRAFTED, (constructor_id,)).fetchall()
