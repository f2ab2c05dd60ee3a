"""SQL for the queues of constructors, and for what one draft leaves to the next."""

from collections.abc import Mapping, Sequence
from typing import Literal

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.fantasy.drafts.queries import current_draft
from pickvs.fantasy.drafts.state import Auto

type Mode = Literal["at_once", "at_expiry"]
"""Whether a queue is used when a turn begins or when its clock ends."""

_PUT_QUEUE = """
    INSERT INTO draft_queues (constructor_id, mode, auto, misses) VALUES (%(constructor)s, %(mode)s, 'off', 0)
    ON CONFLICT (constructor_id) DO UPDATE SET mode = excluded.mode
"""

_PUT_KEPT = """
    INSERT INTO draft_queues (constructor_id, mode, auto, misses)
    SELECT said.constructor_id, 'at_expiry', said.auto, said.misses
    FROM unnest(%(constructors)s::bigint[], %(autos)s::text[], %(misses)s::bigint[])
         AS said (constructor_id, auto, misses)
    ORDER BY said.constructor_id
    ON CONFLICT (constructor_id) DO UPDATE SET auto = excluded.auto, misses = excluded.misses
"""

_INSERT_ITEMS = """
    INSERT INTO draft_queue_items (constructor_id, place, contestant_id)
    SELECT %(constructor)s, said.place, said.contestant_id
    FROM unnest(%(contestants)s::bigint[]) WITH ORDINALITY AS said (contestant_id, place)
"""

_QUEUE = """
    WITH wanted AS (
      SELECT place, contestant_id FROM draft_queue_items WHERE constructor_id = %(constructor)s
    )
    SELECT coalesce(queue.mode, 'at_expiry') AS mode, coalesce(queue.auto, 'off') AS auto,
           coalesce(queue.misses, 0) AS misses,
           ARRAY(SELECT contestant_id FROM wanted ORDER BY place) AS wanted,
           ARRAY(SELECT wanted.contestant_id FROM wanted
                 JOIN draft_picks pick ON pick.contestant_id = wanted.contestant_id AND pick.voided_seq IS NULL
                 WHERE pick.draft_id = %(draft)s ORDER BY place) AS taken
    FROM (VALUES (1)) one
    LEFT JOIN draft_queues queue ON queue.constructor_id = %(constructor)s
"""

_DELETE_QUEUES = """
    DELETE FROM draft_queues WHERE constructor_id IN (SELECT id FROM constructors WHERE user_id = %s)
"""


class QueueRow(TableRow, frozen=True):
    """A constructor's queue, best first. taken: those of it that are taken in the draft that is open."""

    mode: Mode
    auto: Auto
    misses: int
    wanted: list[int]
    taken: list[int]


def queue_of(connection: Connection, constructor_id: int) -> QueueRow:
    """Return the queue of a constructor, which may be empty."""
    values = {"constructor": constructor_id, "draft": current_draft(connection, constructor_id)}
    with connection.cursor(row_factory=row_of(QueueRow)) as cursor:
        [row] = cursor.execute(_QUEUE, values).fetchall()
    return row


def put_queue(connection: Connection, constructor_id: int, contestants: Sequence[int], mode: Mode) -> None:
    """Replace the queue of a constructor. Autopick and misses stay."""
    values = {"constructor": constructor_id, "mode": mode, "contestants": list(contestants)}
    connection.execute(_PUT_QUEUE, values)
    connection.execute("DELETE FROM draft_queue_items WHERE constructor_id = %s", (constructor_id,))
    connection.execute(_INSERT_ITEMS, values)


def delete_queues(connection: Connection, user_id: int) -> None:
    """Delete the queues of a user's constructors, with what their drafts have left."""
    connection.execute(_DELETE_QUEUES, (user_id,))


def put_kept(connection: Connection, kept: Mapping[int, tuple[Auto, int]]) -> None:
    """Write what a draft leaves to the next one: autopick and misses by constructor."""
    values = {
        "constructors": list(kept),
        "autos": [auto for auto, _ in kept.values()],
        "misses": [misses for _, misses in kept.values()],
    }
    connection.execute(_PUT_KEPT, values)
