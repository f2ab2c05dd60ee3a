"""SQL of finding, planning and locking drafts. What a draft holds is in `storing`."""

from collections.abc import Collection
from datetime import datetime
from typing import LiteralString

from psycopg.rows import scalar_row

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.fantasy.drafts.state import Phase, VoidCause

_COLUMNS = (
    "id, league_id, event_id, group_no, phase, is_paused, version, last_at, opens_at, lock_at, clock_wanted,"
    " clock_seconds, manual_order, is_touched, next_slot, turn_slot, turn_started_at, expires_at, remind_at,"
    " CASE WHEN phase = 'void' THEN (SELECT act.payload->>'cause' FROM draft_acts act"
    " WHERE act.draft_id = drafts.id AND act.seq = drafts.version) END AS void_cause"
)

_FIND = f"SELECT {_COLUMNS} FROM drafts WHERE id = %s"  # noqa: S608 - the columns are ours

_LOCK = _FIND + " FOR UPDATE"

_INSERT = """
    INSERT INTO drafts
      (league_id, event_id, group_no, sport, season, phase, is_paused, version, last_at, opens_at, lock_at,
       clock_wanted, clock_seconds, is_touched)
    SELECT %(league)s, event.id, %(group)s, event.sport, event.season, 'waiting', false, 1, %(at)s, %(opens_at)s,
           %(lock_at)s, %(clock)s, %(clock)s, false
    FROM events event WHERE event.id = %(event)s
    ON CONFLICT (league_id, event_id, group_no) DO NOTHING
    RETURNING id
"""

_OF_LEAGUE = f"SELECT {_COLUMNS} FROM drafts WHERE league_id = %s ORDER BY lock_at, group_no"  # noqa: S608

# A draft that is locked follows its event in one thing: it is void if the event is cancelled. One that is void for that
# reason comes back if the event takes place after all. All are locked before any is changed: whoever changes one of
# them goes on to the agenda, and then waits for nobody.
_TO_FOLLOW = """
    SELECT draft.id FROM drafts draft JOIN events event ON event.id = draft.event_id
    WHERE draft.league_id = %s AND (
      draft.phase IN ('waiting', 'open') OR (draft.phase = 'locked' AND event.is_void)
      OR (draft.phase = 'void' AND NOT event.is_void AND EXISTS (
            SELECT FROM draft_acts act
            WHERE act.draft_id = draft.id AND act.seq = draft.version AND act.payload->>'cause' = 'cancelled')))
    ORDER BY draft.id
    FOR UPDATE OF draft
"""

_GROUPS_WITH_DRAFT = "SELECT group_no FROM drafts WHERE league_id = %s AND event_id = %s"

_OF_EVENT = "SELECT id FROM drafts WHERE league_id = %s AND event_id = %s AND group_no = %s"

_CURRENT = """
    SELECT draft.id
    FROM constructors constructor
    JOIN drafts draft ON draft.league_id = constructor.league_id AND draft.group_no = constructor.group_no
    WHERE constructor.id = %s AND draft.phase IN ('waiting', 'open')
    ORDER BY draft.lock_at
    LIMIT 1
"""

_FIND_PICK = """
    SELECT draft_id, slot_no FROM draft_picks WHERE constructor_id = %s AND id = %s AND voided_seq IS NULL
"""

_HOLDINGS = """
    SELECT draft.league_id, pick.constructor_id, draft.group_no, pick.slot_no, pick.contestant_id
    FROM drafts draft
    JOIN draft_picks pick ON pick.draft_id = draft.id AND pick.voided_seq IS NULL
    WHERE draft.event_id = %(event)s AND draft.phase = 'locked'
      AND (%(leagues)s::bigint[] IS NULL OR draft.league_id = ANY(%(leagues)s))
    ORDER BY draft.league_id, draft.group_no, pick.slot_no
"""

_HELD_TEAMS = """
    SELECT draft.league_id, team.constructor_id
    FROM drafts draft
    JOIN draft_teams team ON team.draft_id = draft.id
    WHERE draft.event_id = %(event)s AND draft.phase = 'locked'
      AND (%(leagues)s::bigint[] IS NULL OR draft.league_id = ANY(%(leagues)s))
    ORDER BY draft.league_id, team.constructor_id
"""

_PREVIOUS_ORDER = """
    SELECT constructor_id FROM draft_slots
    WHERE round = 1 AND draft_id = (
      SELECT id FROM drafts
      WHERE league_id = %(league)s AND group_no = %(group)s AND phase IN ('open', 'locked') AND id <> %(draft)s
      ORDER BY lock_at DESC
      LIMIT 1)
    ORDER BY slot_no
"""


class DraftRow(TableRow, frozen=True):
    """A draft's own row. next_slot: the first that is neither filled nor skipped. turn_slot: if somebody is on turn.

    void_cause: what the last act says, which voided it. None unless it is void.
    """

    id: int
    league_id: int
    event_id: int
    group_no: int
    phase: Phase
    is_paused: bool
    version: int
    last_at: datetime
    opens_at: datetime
    lock_at: datetime
    clock_wanted: int | None
    clock_seconds: int | None
    manual_order: list[int] | None
    is_touched: bool
    next_slot: int | None
    turn_slot: int | None
    turn_started_at: datetime | None
    expires_at: datetime | None
    remind_at: datetime | None
    void_cause: VoidCause | None


class PickPlace(TableRow, frozen=True):
    """Where a pick stands."""

    draft_id: int
    slot_no: int


class Holding(TableRow, frozen=True):
    """A contestant that a constructor holds for an event."""

    league_id: int
    constructor_id: int
    group_no: int
    slot_no: int
    contestant_id: int


def find_draft(connection: Connection, draft_id: int) -> DraftRow | None:
    """Return a draft's row. None if there is none."""
    with connection.cursor(row_factory=row_of(DraftRow)) as cursor:
        return cursor.execute(_FIND, (draft_id,)).fetchone()


def lock_draft(connection: Connection, draft_id: int) -> DraftRow | None:
    """Lock a draft's row until the transaction ends, and return it. None if there is none."""
    with connection.cursor(row_factory=row_of(DraftRow)) as cursor:
        return cursor.execute(_LOCK, (draft_id,)).fetchone()


def drafts_of_league(connection: Connection, league_id: int) -> list[DraftRow]:
    """Return the drafts of a league, in the order of their locks."""
    with connection.cursor(row_factory=row_of(DraftRow)) as cursor:
        return cursor.execute(_OF_LEAGUE, (league_id,)).fetchall()


def lock_drafts_to_follow(connection: Connection, league_id: int) -> list[int]:
    """Lock a league's drafts that are to follow their events, and return their ids, ascending."""
    return _ids(connection, _TO_FOLLOW, (league_id,))


def groups_with_draft(connection: Connection, league_id: int, event_id: int) -> set[int]:
    """Return the groups of a league that have a draft for an event."""
    return set(_ids(connection, _GROUPS_WITH_DRAFT, (league_id, event_id)))


def holdings(connection: Connection, event_id: int, leagues: Collection[int] | None) -> list[Holding]:
    """Return who holds whom for an event, in drafts that are locked. leagues: None for all."""
    values = {"event": event_id, "leagues": None if leagues is None else list(leagues)}
    with connection.cursor(row_factory=row_of(Holding)) as cursor:
        return cursor.execute(_HOLDINGS, values).fetchall()


def held_teams(connection: Connection, event_id: int, leagues: Collection[int] | None) -> list[tuple[int, int]]:
    """Return league and constructor of all who were in a locked draft for an event, with picks or without."""
    values = {"event": event_id, "leagues": None if leagues is None else list(leagues)}
    return [(row["league_id"], row["constructor_id"]) for row in connection.execute(_HELD_TEAMS, values)]


def previous_order(connection: Connection, draft: DraftRow) -> list[int]:
    """Return the order of the last draft of the group that was held, first to last. Empty before the first one."""
    values = {"draft": draft.id, "league": draft.league_id, "group": draft.group_no}
    with connection.cursor(row_factory=scalar_row) as cursor:
        return [int(constructor) for constructor in cursor.execute(_PREVIOUS_ORDER, values).fetchall()]


def draft_of_event(connection: Connection, league_id: int, event_id: int, group_no: int | None) -> int | None:
    """Return the id of a group's draft for an event. None if none is planned."""
    return next(iter(_ids(connection, _OF_EVENT, (league_id, event_id, group_no))), None)


def current_draft(connection: Connection, constructor_id: int) -> int | None:
    """Return the id of the draft of a constructor's group that is open, else of the one that opens next."""
    return next(iter(_ids(connection, _CURRENT, (constructor_id,))), None)


def find_pick(connection: Connection, constructor_id: int, pick_id: int) -> PickPlace | None:
    """Return where a pick of a constructor stands. None if there is no such pick, or it was voided."""
    with connection.cursor(row_factory=row_of(PickPlace)) as cursor:
        return cursor.execute(_FIND_PICK, (constructor_id, pick_id)).fetchone()


def pick_of_act(connection: Connection, draft_id: int, seq: int) -> int:
    """Return the id of the pick that an act has made."""
    [pick_id] = _ids(connection, "SELECT id FROM draft_picks WHERE draft_id = %s AND seq = %s", (draft_id, seq))
    return pick_id


def insert_draft(
    connection: Connection,
    league_id: int,
    event_id: int,
    group_no: int,
    *,
    at: datetime,
    opens_at: datetime,
    lock_at: datetime,
    clock: int | None,
) -> int | None:
    """Insert a draft that waits, and return its id. None if the group has one for the event.

    The caller appends its first act, which is counted already.
    """
    values = {
        "league": league_id,
        "event": event_id,
        "group": group_no,
        "at": at,
        "opens_at": opens_at,
        "lock_at": lock_at,
        "clock": clock,
    }
    with connection.cursor(row_factory=scalar_row) as cursor:
        draft_id: int | None = cursor.execute(_INSERT, values).fetchone()
    return draft_id


def _ids(connection: Connection, query: LiteralString, values: tuple[object, ...]) -> list[int]:
    with connection.cursor(row_factory=scalar_row) as cursor:
        return [int(each) for each in cursor.execute(query, values).fetchall()]
