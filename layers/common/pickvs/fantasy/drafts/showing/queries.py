"""SQL of reading drafts, for members and spectators."""

from datetime import datetime
from typing import Any

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.fantasy.drafts.state import MadeBy, Phase
from pickvs.fantasy.leagues.queries import VISIBLE

_HEAD = SQL("""
    SELECT draft.version, league.version AS league_version,
           EXISTS (SELECT FROM agenda work
                   WHERE (work.function, work.key) = (%(function)s, %(key)s) AND work.next_at <= %(at)s) AS is_due
    FROM drafts draft
    JOIN leagues league ON league.id = draft.league_id
    WHERE draft.id = %(draft)s AND {visible}
""").format(visible=VISIBLE)

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


class HeadRow(TableRow, frozen=True):
    """What a draft's version is made of, and whether something is due in it that nobody has begun to do."""

    version: int
    league_version: int
    is_due: bool


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


def find_head(
    connection: Connection, draft_id: int, user_id: int | None, *, function: str, key: str, at: datetime
) -> HeadRow | None:
    """Return what a draft's version is made of. None if there is no such draft, or the user may not see its league.

    function, key: the draft's work on the agenda, which is due if its time has come at `at`.
    """
    values = {"draft": draft_id, "user": user_id, "function": function, "key": key, "at": at}
    with connection.cursor(row_factory=row_of(HeadRow)) as cursor:
        return cursor.execute(_HEAD, values).fetchone()


def shown_acts(connection: Connection, draft_id: int, after: int) -> list[ShownAct]:
    """Return the acts of a draft after one of them, in order, for its members."""
    with connection.cursor(row_factory=row_of(ShownAct)) as cursor:
        return cursor.execute(_SHOWN_ACTS, (draft_id, after)).fetchall()


def picks_of_constructor(connection: Connection, constructor_id: int) -> list[DraftedRow]:
    """Return the slots of a constructor in all its drafts, the latest draft first."""
    with connection.cursor(row_factory=row_of(DraftedRow)) as cursor:
        return cursor.execute(_DRAFTED, (constructor_id,)).fetchall()
