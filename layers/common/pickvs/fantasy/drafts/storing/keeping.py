"""A draft in the tables: its state read from them, and every act written with all that it changes.

What an act does to the tables is the difference of the two states around it. So the tables hold what the engine says,
and nothing has to be told twice.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pickvs.core.database import Connection
from pickvs.fantasy.drafts.acts import Entry
from pickvs.fantasy.drafts.clock import Hours
from pickvs.fantasy.drafts.commands import Queue
from pickvs.fantasy.drafts.evolving import evolve, replay
from pickvs.fantasy.drafts.log import read, written
from pickvs.fantasy.drafts.order import Slot
from pickvs.fantasy.drafts.queries import DraftRow, find_draft, lock_draft
from pickvs.fantasy.drafts.queues.queries import put_kept
from pickvs.fantasy.drafts.state import Pick, State, Team, Terms, Turn
from pickvs.fantasy.drafts.storing import queries
from pickvs.fantasy.drafts.storing.queries import SeatRow
from pickvs.fantasy.leagues import reading as leagues
from pickvs.fantasy.leagues.queries import LeagueRow
from pickvs.fantasy.leagues.rules import Settings


@dataclass(frozen=True, slots=True)
class Stored:
    """A draft as the tables have it. seats: the constructors of its group, with their queues."""

    draft: DraftRow
    league: LeagueRow
    state: State
    seats: tuple[SeatRow, ...]

    @property
    def queues(self) -> dict[int, Queue]:
        """The queues by constructor."""
        return {each.constructor_id: Queue(tuple(each.wanted), each.mode) for each in self.seats}

    @property
    def owners(self) -> dict[int, int]:
        """The owners of the constructors that play. Who has left the league is none any more."""
        return {each.constructor_id: each.user_id for each in self.seats if each.retired_at is None}


def terms_of(settings: Settings) -> Terms:
    """Return what a league's settings say about its drafts."""
    return Terms(
        rounds=settings.rounds,
        method=settings.method,
        hours=Hours(ZoneInfo(settings.timezone), settings.quiet),
        on_expiry=settings.on_expiry,
        at_lock=settings.at_lock,
        auto_after_misses=settings.auto_after_misses,
        replacement=settings.replacement,
        free_swaps=settings.free_swaps,
    )


def lock(connection: Connection, draft_id: int) -> Stored | None:
    """Lock a draft until the transaction ends, and return it. None if there is none."""
    draft = lock_draft(connection, draft_id)
    return None if draft is None else _stored(connection, draft)


def look(connection: Connection, draft_id: int) -> Stored | None:
    """Return a draft without locking it. None if there is none."""
    draft = find_draft(connection, draft_id)
    return None if draft is None else _stored(connection, draft)


def log_of(connection: Connection, draft_id: int) -> list[Entry]:
    """Return the whole log of a draft. Raises BrokenLog if an act cannot be read."""
    rows = queries.acts_of(connection, draft_id)
    return [Entry(row.seq, row.at, row.user_id, read(row.kind, row.payload)) for row in rows]


def replayed(connection: Connection, stored: Stored) -> State:
    """Return the state that a draft's log leads to. Raises BrokenLog."""
    return replay(stored.state.terms, log_of(connection, stored.draft.id))


def keep(connection: Connection, stored: Stored, entries: tuple[Entry, ...]) -> Stored:
    """Append acts to a draft's log, write the state that each leads to, and return the draft after them."""
    state = stored.state
    for entry in entries:
        after = evolve(state, entry)
        _append(connection, stored.draft.id, entry)
        _write(connection, stored.draft, state, after, entry)
        state = after
    known = {each.constructor_id: (each.kept_auto, each.kept_misses) for each in stored.seats}
    kept = {number: (team.auto, team.misses) for number, team in state.teams.items()}
    changed = {number: value for number, value in kept.items() if known.get(number) != value}
    if entries and changed:
        put_kept(connection, changed)
    return Stored(stored.draft, stored.league, state, stored.seats)


def keep_first(connection: Connection, draft_id: int, entry: Entry) -> None:
    """Append the first act of a draft whose row was just inserted with the state that it leads to."""
    _append(connection, draft_id, entry)


def columns_of(state: State) -> dict[str, object]:
    """Return what a draft's own row says of a state."""
    following = state.next_slot
    turn = state.turn
    return {
        "phase": state.phase,
        "is_paused": state.paused,
        "version": state.version,
        "last_at": state.last_at,
        "opens_at": state.opens_at,
        "lock_at": state.lock_at,
        "clock_wanted": state.clock_wanted,
        "clock_seconds": state.clock_seconds,
        "manual_order": None if state.manual is None else list(state.manual),
        "is_touched": state.touched,
        "next_slot": None if following is None else following.number,
        "turn_slot": None if turn is None else turn.slot,
        "turn_started_at": None if turn is None else turn.started_at,
        "expires_at": None if turn is None else turn.expires_at,
        "remind_at": None if turn is None else turn.remind_at,
    }


def _stored(connection: Connection, draft: DraftRow) -> Stored:
    league = leagues.league_of(connection, draft.league_id)
    if league is None:
        raise AssertionError("a draft's league was never cancelled: it has started")
    seats = tuple(queries.seats_of(connection, draft))
    return Stored(draft, league, _state(connection, draft, terms_of(league.settings), seats), seats)


def _state(connection: Connection, draft: DraftRow, terms: Terms, seats: tuple[SeatRow, ...]) -> State:
    slots = queries.slots_of(connection, draft.id)
    pool = queries.pool_of(connection, draft.id)
    return State(
        terms=terms,
        phase=draft.phase,
        paused=draft.is_paused,
        version=draft.version,
        last_at=draft.last_at,
        opens_at=draft.opens_at,
        lock_at=draft.lock_at,
        clock_wanted=draft.clock_wanted,
        clock_seconds=draft.clock_seconds,
        manual=None if draft.manual_order is None else tuple(draft.manual_order),
        slots=tuple(Slot(row.slot_no, row.round, row.constructor_id) for row in slots),
        pool=tuple(contestant for contestant, _ in pool),
        withdrawn=frozenset(contestant for contestant, is_withdrawn in pool if is_withdrawn),
        picks={
            row.slot_no: Pick(row.contestant_id, row.made_by, row.made_at, row.swaps or 0)
            for row in slots
            if row.contestant_id is not None and row.made_by is not None and row.made_at is not None
        },
        skipped=frozenset(row.slot_no for row in slots if row.is_skipped),
        touched=draft.is_touched,
        teams={
            each.constructor_id: Team(each.auto, each.misses or 0, bool(each.is_retired))
            for each in seats
            if each.auto is not None
        },
        turn=_turn(draft),
        void_cause=draft.void_cause,
    )


def _turn(draft: DraftRow) -> Turn | None:
    if draft.turn_slot is None or draft.turn_started_at is None:
        return None
    return Turn(draft.turn_slot, draft.turn_started_at, draft.expires_at, draft.remind_at)


def _append(connection: Connection, draft_id: int, entry: Entry) -> None:
    kind, payload = written(entry.act)
    queries.insert_act(connection, draft_id, entry.seq, entry.at, entry.by, kind, payload)


def _write(connection: Connection, draft: DraftRow, before: State, after: State, entry: Entry) -> None:
    """Write the difference of two states. Picks come before the draft's own row, whose next slot they must fit."""
    if after.teams != before.teams:
        changed = {number: team for number, team in after.teams.items() if before.teams.get(number) != team}
        queries.put_teams(
            connection, draft, {number: (team.auto, team.misses, team.retired) for number, team in changed.items()}
        )
    if (after.pool, after.withdrawn) != (before.pool, before.withdrawn):
        queries.put_pool(connection, draft.id, after.pool, after.withdrawn)
    if after.slots != before.slots:
        slots = [(slot.number, slot.round, slot.constructor) for slot in after.slots]
        queries.replace_slots(connection, draft.id, slots)
    _write_picks(connection, draft.id, before, after, entry.seq)
    if after.skipped != before.skipped:
        queries.set_skipped(connection, draft.id, after.skipped)
    queries.update_draft(connection, draft.id, columns_of(after))


def _write_picks(connection: Connection, draft_id: int, before: State, after: State, seq: int) -> None:
    gone = [number for number, pick in before.picks.items() if after.picks.get(number) != pick]
    if gone:
        queries.void_picks(connection, draft_id, gone, seq)
    for number, pick in after.picks.items():
        if before.picks.get(number) != pick:
            queries.insert_pick(
                connection,
                draft_id,
                seq,
                slot=number,
                constructor=after.slot(number).constructor,
                contestant=pick.contestant,
                made_by=pick.made_by,
                swaps=pick.swaps,
            )
