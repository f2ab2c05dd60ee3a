"""SQL of a draft's acts, and of the state that these lead to. Rows are as they are; `keeping` knows what they mean.

Whoever writes has locked the draft's row.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.fantasy.drafts.queries import DraftRow
from pickvs.fantasy.drafts.queues.queries import Mode
from pickvs.fantasy.drafts.state import Auto, MadeBy

_SLOTS = """
    SELECT slot.slot_no, slot.round, slot.constructor_id, slot.is_skipped,
           pick.contestant_id, pick.made_by, act.at AS made_at, pick.swaps, pick.id AS pick_id
    FROM draft_slots slot
    LEFT JOIN draft_picks pick
      ON pick.draft_id = slot.draft_id AND pick.slot_no = slot.slot_no AND pick.voided_seq IS NULL
    LEFT JOIN draft_acts act ON act.draft_id = pick.draft_id AND act.seq = pick.seq
    WHERE slot.draft_id = %s
    ORDER BY slot.slot_no
"""

_POOL = "SELECT contestant_id, is_withdrawn FROM draft_pool WHERE draft_id = %s ORDER BY rank"

# The constructors of the draft's group with what the draft knows of them, and what it does not: queues and retirement.
_SEATS = """
    SELECT constructor.id AS constructor_id, constructor.user_id, constructor.joined_at, constructor.retired_at,
           team.auto, team.misses, team.is_retired,
           coalesce(queue.mode, 'at_expiry') AS mode, coalesce(queue.auto, 'off') AS kept_auto,
           coalesce(queue.misses, 0) AS kept_misses,
           ARRAY(SELECT contestant_id FROM draft_queue_items item
                 WHERE item.constructor_id = constructor.id ORDER BY place) AS wanted
    FROM constructors constructor
    LEFT JOIN draft_teams team ON team.draft_id = %(draft)s AND team.constructor_id = constructor.id
    LEFT JOIN draft_queues queue ON queue.constructor_id = constructor.id
    WHERE constructor.league_id = %(league)s AND constructor.group_no = %(group)s
    ORDER BY constructor.joined_at, constructor.id
"""

_UPDATE = """
    UPDATE drafts
    SET phase = %(phase)s, is_paused = %(is_paused)s, version = %(version)s, last_at = %(last_at)s,
        opens_at = %(opens_at)s, lock_at = %(lock_at)s, clock_wanted = %(clock_wanted)s,
        clock_seconds = %(clock_seconds)s, manual_order = %(manual_order)s, is_touched = %(is_touched)s,
        next_slot = %(next_slot)s, turn_slot = %(turn_slot)s, turn_started_at = %(turn_started_at)s,
        expires_at = %(expires_at)s, remind_at = %(remind_at)s
    WHERE id = %(draft)s
"""

_INSERT_ACT = "INSERT INTO draft_acts (draft_id, seq, at, user_id, kind, payload) VALUES (%s, %s, %s, %s, %s, %s)"

_ACTS = "SELECT seq, at, user_id, kind, payload FROM draft_acts WHERE draft_id = %s AND seq > %s ORDER BY seq"

_PUT_TEAMS = """
    INSERT INTO draft_teams (draft_id, league_id, constructor_id, auto, misses, is_retired)
    SELECT %(draft)s, %(league)s, said.*
    FROM unnest(%(constructors)s::bigint[], %(autos)s::text[], %(misses)s::bigint[], %(retired)s::boolean[])
         AS said (constructor_id, auto, misses, is_retired)
    ON CONFLICT (draft_id, constructor_id) DO UPDATE
    SET auto = excluded.auto, misses = excluded.misses, is_retired = excluded.is_retired
"""

_INSERT_SLOTS = """
    INSERT INTO draft_slots (draft_id, slot_no, round, constructor_id)
    SELECT %(draft)s, said.*
    FROM unnest(%(numbers)s::bigint[], %(rounds)s::bigint[], %(constructors)s::bigint[]) AS said
"""

_SET_SKIPPED = """
    UPDATE draft_slots SET is_skipped = NOT is_skipped
    WHERE draft_id = %(draft)s AND is_skipped <> (slot_no = ANY(%(skipped)s::bigint[]))
"""

_PUT_POOL = """
    INSERT INTO draft_pool (draft_id, contestant_id, rank, is_withdrawn)
    SELECT %(draft)s, said.contestant_id, said.rank, said.contestant_id = ANY(%(withdrawn)s::bigint[])
    FROM unnest(%(pool)s::bigint[]) WITH ORDINALITY AS said (contestant_id, rank)
    ON CONFLICT (draft_id, contestant_id) DO UPDATE SET rank = excluded.rank, is_withdrawn = excluded.is_withdrawn
"""

_VOID_PICKS = """
    UPDATE draft_picks SET voided_seq = %(seq)s
    WHERE draft_id = %(draft)s AND slot_no = ANY(%(slots)s::bigint[]) AND voided_seq IS NULL
"""

_INSERT_PICK = """
    INSERT INTO draft_picks (draft_id, seq, slot_no, constructor_id, contestant_id, made_by, swaps)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


class SlotRow(TableRow, frozen=True):
    """A slot with the pick that stands in it, if one does."""

    slot_no: int
    round: int
    constructor_id: int
    is_skipped: bool
    contestant_id: int | None
    made_by: MadeBy | None
    made_at: datetime | None
    swaps: int | None
    pick_id: int | None


class SeatRow(TableRow, frozen=True):
    """A constructor of a draft's group.

    auto, misses, is_retired: in the draft; None if it is not in it. retired_at: when it left the league. mode, wanted:
    its queue. kept_auto, kept_misses: what its last draft has left.
    """

    constructor_id: int
    user_id: int
    joined_at: datetime
    retired_at: datetime | None
    auto: Auto | None
    misses: int | None
    is_retired: bool | None
    mode: Mode
    kept_auto: Auto
    kept_misses: int
    wanted: list[int]


class ActRow(TableRow, frozen=True):
    """An act of a draft, as it is stored."""

    seq: int
    at: datetime
    user_id: int | None
    kind: str
    payload: dict[str, Any]


def slots_of(connection: Connection, draft_id: int) -> list[SlotRow]:
    """Return the slots of a draft, in order."""
    with connection.cursor(row_factory=row_of(SlotRow)) as cursor:
        return cursor.execute(_SLOTS, (draft_id,)).fetchall()


def pool_of(connection: Connection, draft_id: int) -> list[tuple[int, bool]]:
    """Return the contestants of a draft, the best ranked first, and whether each is withdrawn."""
    rows = connection.execute(_POOL, (draft_id,)).fetchall()
    return [(row["contestant_id"], row["is_withdrawn"]) for row in rows]


def seats_of(connection: Connection, draft: DraftRow) -> list[SeatRow]:
    """Return the constructors of a draft's group, the retired included, in the order of joining."""
    values = {"draft": draft.id, "league": draft.league_id, "group": draft.group_no}
    with connection.cursor(row_factory=row_of(SeatRow)) as cursor:
        return cursor.execute(_SEATS, values).fetchall()


def acts_of(connection: Connection, draft_id: int, after: int = 0) -> list[ActRow]:
    """Return the acts of a draft after one of them, in order."""
    with connection.cursor(row_factory=row_of(ActRow)) as cursor:
        return cursor.execute(_ACTS, (draft_id, after)).fetchall()


def update_draft(connection: Connection, draft_id: int, columns: Mapping[str, object]) -> None:
    """Write what a draft's own row says of its state. columns: all of DraftRow but the first four."""
    connection.execute(_UPDATE, {**columns, "draft": draft_id})


def insert_act(
    connection: Connection, draft_id: int, seq: int, at: datetime, by: int | None, kind: str, payload: dict[str, Any]
) -> None:
    """Append an act to a draft's log."""
    connection.execute(_INSERT_ACT, (draft_id, seq, at, by, kind, Jsonb(payload)))


def put_teams(connection: Connection, draft: DraftRow, teams: Mapping[int, tuple[Auto, int, bool]]) -> None:
    """Write what a draft knows of constructors: autopick, misses, and whether each has retired."""
    values = {
        "draft": draft.id,
        "league": draft.league_id,
        "constructors": list(teams),
        "autos": [auto for auto, _, _ in teams.values()],
        "misses": [misses for _, misses, _ in teams.values()],
        "retired": [retired for _, _, retired in teams.values()],
    }
    connection.execute(_PUT_TEAMS, values)


def replace_slots(connection: Connection, draft_id: int, slots: Sequence[tuple[int, int, int]]) -> None:
    """Write the slots of a draft anew. slots: number, round and constructor of each."""
    connection.execute("DELETE FROM draft_slots WHERE draft_id = %s", (draft_id,))
    values = {
        "draft": draft_id,
        "numbers": [number for number, _, _ in slots],
        "rounds": [round_ for _, round_, _ in slots],
        "constructors": [constructor for _, _, constructor in slots],
    }
    connection.execute(_INSERT_SLOTS, values)


def set_skipped(connection: Connection, draft_id: int, skipped: Collection[int]) -> None:
    """Note which slots of a draft are skipped, and that the others are not."""
    connection.execute(_SET_SKIPPED, {"draft": draft_id, "skipped": list(skipped)})


def put_pool(connection: Connection, draft_id: int, pool: Sequence[int], withdrawn: Collection[int]) -> None:
    """Write the pool of a draft, the best ranked first."""
    connection.execute(_PUT_POOL, {"draft": draft_id, "pool": list(pool), "withdrawn": list(withdrawn)})


def void_picks(connection: Connection, draft_id: int, slots: Collection[int], seq: int) -> None:
    """Void the picks that stand in these slots. seq: the act that does it."""
    connection.execute(_VOID_PICKS, {"draft": draft_id, "slots": list(slots), "seq": seq})


def insert_pick(
    connection: Connection,
    draft_id: int,
    seq: int,
    *,
    slot: int,
    constructor: int,
    contestant: int,
    made_by: MadeBy,
    swaps: int,
) -> None:
    """Insert a pick. seq: the act that makes it."""
    connection.execute(_INSERT_PICK, (draft_id, seq, slot, constructor, contestant, made_by, swaps))
