"""What owners and commissioners do in drafts.

Of a league that the caller may not see, constructors and drafts are as unknown as if they did not exist
(CONSTRUCTOR_NOT_FOUND, DRAFT_NOT_FOUND). Every function that stores something raises Unauthenticated if the account,
the session or the key has ended. A refusal of the engine is raised after the commit, because what was due by the clock
has happened: see errors.error_of for its codes.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pickvs.core.database import Connection, transaction
from pickvs.core.errors import NotFound
from pickvs.core.types import ResponseBody
from pickvs.fantasy.drafts import queries
from pickvs.fantasy.drafts.acts import Picked, Swapped
from pickvs.fantasy.drafts.carrying import carry_out
from pickvs.fantasy.drafts.commands import (
    ByCommissioner,
    ChangeClock,
    Command,
    MakePick,
    Outcome,
    Pause,
    PickFor,
    Queue,
    Refusal,
    Reorder,
    Resume,
    SetAuto,
    SetQueue,
    Swap,
    Undo,
)
from pickvs.fantasy.drafts.errors import error_of, reason_needed, unknown_contestants, unknown_draft, unknown_pick
from pickvs.fantasy.drafts.queues import queries as queues
from pickvs.fantasy.drafts.schemas import DraftQueue, MadePick, Steered
from pickvs.fantasy.drafts.showing.queue import queue_of
from pickvs.fantasy.drafts.storing.keeping import Stored
from pickvs.fantasy.drafts.turns import turn_of
from pickvs.fantasy.events import reading as events
from pickvs.fantasy.leagues.access import (
    COMMISSIONERS,
    Caller,
    Seen,
    hold,
    hold_own_constructor,
    look,
    look_at_constructor,
    own_constructor,
    require,
)
from pickvs.fantasy.leagues.errors import not_the_owner
from pickvs.fantasy.leagues.roster.queries import ConstructorRow
from pickvs.idempotency import service as idempotency

if TYPE_CHECKING:
    from pickvs.core.requests import RequestBody
    from pickvs.fantasy.drafts.requests import (
        WantedClock,
        WantedOrder,
        WantedPick,
        WantedQueue,
        WantedReason,
        WantedSwap,
        WantedUndo,
    )


class _Refused(Exception):
    """A refusal on its way past what would remember an answer."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def make_pick(caller: Caller, constructor_id: int, wanted: "WantedPick", key: str | None = None) -> MadePick:
    """Pick a contestant for the slot on turn, or for a skipped one: as the owner, or as a commissioner with a reason.

    key: an Idempotency-Key; the same request with it gets the first answer, of who may still see the constructor.

    Raises NotFound (CONSTRUCTOR_NOT_FOUND), Forbidden (CONSTRUCTOR_OWNER_REQUIRED, REASON_REQUIRED), and the errors of
    the engine.
    """

    def pick(connection: Connection) -> MadePick:
        seen, constructor = look_at_constructor(connection, caller.user_id, constructor_id)

        def make() -> MadePick:
            command = _pick_of(caller, seen, constructor, wanted)
            draft_id = _draft_of(connection, constructor, wanted.event_id)
            stored, outcome = _carried_out(connection, draft_id, command, caller.user_id)
            return _made(connection, stored, outcome)

        about = f"pick of constructor {constructor_id}"
        return _once(connection, caller, key, about, wanted, MadePick, make)

    return _after_commit(caller, pick)


def swap_pick(caller: Caller, constructor_id: int, pick_id: int, wanted: "WantedSwap") -> MadePick:
    """Exchange a pick of the caller's constructor: for free, or because its contestant is not entered any more.

    Raises NotFound (CONSTRUCTOR_NOT_FOUND, PICK_NOT_FOUND), Forbidden (CONSTRUCTOR_OWNER_REQUIRED), and the errors of
    the engine.
    """

    def swap(connection: Connection) -> MadePick:
        own_constructor(connection, caller.user_id, constructor_id)
        found = queries.find_pick(connection, constructor_id, pick_id)
        if found is None:
            raise unknown_pick()
        command = Swap(constructor_id, found.slot_no, wanted.contestant_id)
        stored, outcome = _carried_out(connection, found.draft_id, command, caller.user_id)
        return _made(connection, stored, outcome)

    return _after_commit(caller, swap)


def set_queue(caller: Caller, constructor_id: int, wanted: "WantedQueue") -> DraftQueue:
    """Replace the queue of the caller's constructor, and set its autopick. Works from this draft on, if one is open.

    Raises NotFound (CONSTRUCTOR_NOT_FOUND), Forbidden (CONSTRUCTOR_OWNER_REQUIRED), and Invalid (CONTESTANT_UNKNOWN).
    """

    def change(connection: Connection) -> DraftQueue:
        seen = hold_own_constructor(connection, caller.user_id, constructor_id)
        known = events.contestants_of(connection, wanted.contestants)
        for place, contestant in enumerate(wanted.contestants):
            if contestant not in known or known[contestant].sport != seen.league.sport:
                raise unknown_contestants(place)
        queue = Queue(tuple(wanted.contestants), wanted.mode)
        draft_id = queries.current_draft(connection, constructor_id)
        # The queue is stored behind the command: what was due before it is decided by the queue as it was.
        if draft_id is not None:
            carry_out(connection, draft_id, SetQueue(constructor_id, queue), caller.user_id)
        queues.put_queue(connection, constructor_id, queue.contestants, queue.mode)
        if draft_id is None or not _sets_auto(connection, draft_id, SetAuto(constructor_id, wanted.auto), caller):
            queues.put_kept(connection, {constructor_id: (wanted.auto, 0)})
        return queue_of(connection, constructor_id)

    return _after_commit(caller, change)


def pause(caller: Caller, draft_id: int, wanted: "WantedReason", key: str | None = None) -> Steered:
    """Stop a draft's clock and close picking. Lock and window go on. Errors as `_steer`."""
    return _steer(caller, draft_id, Pause(wanted.reason), wanted, key)


def resume(caller: Caller, draft_id: int, wanted: "WantedReason", key: str | None = None) -> Steered:
    """Let a paused draft go on. Who is on turn has the full clock. Errors as `_steer`."""
    return _steer(caller, draft_id, Resume(wanted.reason), wanted, key)


def undo(caller: Caller, draft_id: int, wanted: "WantedUndo", key: str | None = None) -> Steered:
    """Void the picks from a slot on, and pause the draft. They stay in its log. Errors as `_steer`."""
    return _steer(caller, draft_id, Undo(wanted.to_slot, wanted.reason), wanted, key)


def change_clock(caller: Caller, draft_id: int, wanted: "WantedClock", key: str | None = None) -> Steered:
    """Give the turns to come another clock. Errors as `_steer`."""
    return _steer(caller, draft_id, ChangeClock(wanted.seconds, wanted.reason), wanted, key)


def set_order(caller: Caller, draft_id: int, wanted: "WantedOrder") -> Steered:
    """Set the order of a draft before its first pick. Errors as `_steer`."""
    return _steer(caller, draft_id, Reorder(tuple(wanted.constructors), wanted.reason), wanted, None)


def _steer(caller: Caller, draft_id: int, command: ByCommissioner, wanted: "WantedReason", key: str | None) -> Steered:
    """Carry out a commissioner's command. key: an Idempotency-Key; the same request with it gets the first answer.

    Raises NotFound (DRAFT_NOT_FOUND), Forbidden (LEAGUE_ROLE_REQUIRED), and the errors of the engine.
    """

    def act(connection: Connection) -> Steered:
        draft = queries.find_draft(connection, draft_id)
        if draft is None:
            raise unknown_draft()
        try:
            role = look(connection, caller.user_id, draft.league_id).role
        except NotFound:
            raise unknown_draft() from None
        require(role, COMMISSIONERS)

        def make() -> Steered:
            stored, _ = _carried_out(connection, draft_id, command, caller.user_id)
            return Steered(
                draft_id=draft_id,
                phase=stored.state.phase,
                is_paused=stored.state.paused,
                clock_seconds=stored.state.clock_seconds,
                next_turn=turn_of(stored.state),
                version=stored.state.version,
            )

        about = f"{type(command).__name__} of draft {draft_id}"
        return _once(connection, caller, key, about, wanted, Steered, make)

    return _after_commit(caller, act)


def _after_commit[Answer](caller: Caller, act: Callable[[Connection], Answer]) -> Answer:
    """Act for a caller in a transaction. A refusal of the engine is raised when the transaction has committed."""
    with transaction() as connection:
        hold(connection, caller)
        try:
            return act(connection)
        except _Refused as error:
            refusal = error.refusal
    raise error_of(refusal)


def _once[Answer: ResponseBody](
    connection: Connection,
    caller: Caller,
    key: str | None,
    about: str,
    wanted: "RequestBody",
    kind: type[Answer],
    make: Callable[[], Answer],
) -> Answer:
    """Return the answer that was remembered under a key, or make it. about: what the request does to what.

    The caller has been found to have the right to it: a key outlives a membership.
    """
    return idempotency.once(connection, caller.user_id, key, wanted, kind, make, about=about)


def _carried_out(connection: Connection, draft_id: int, command: Command, by: int) -> tuple[Stored, Outcome]:
    done = carry_out(connection, draft_id, command, by)
    if done is None:
        raise unknown_draft()
    if done[1].refusal is not None:
        raise _Refused(done[1].refusal)
    return done


def _pick_of(caller: Caller, seen: Seen, constructor: ConstructorRow, wanted: "WantedPick") -> MakePick | PickFor:
    """Return the command of a pick. Raises Forbidden for who is neither the owner nor a commissioner with a reason."""
    if constructor.user_id == caller.user_id and constructor.retired_at is None:
        return MakePick(constructor.id, wanted.contestant_id, wanted.expected_slot)
    if not seen.is_led_by_caller:
        raise not_the_owner()
    if wanted.reason is None:
        raise reason_needed()
    return PickFor(constructor.id, wanted.contestant_id, wanted.reason, wanted.expected_slot)


def _draft_of(connection: Connection, constructor: ConstructorRow, event_id: int) -> int:
    draft_id = queries.draft_of_event(connection, constructor.league_id, event_id, constructor.group_no)
    if draft_id is None:
        raise _Refused(Refusal("DRAFT_NOT_OPEN"))
    return draft_id


def _made(connection: Connection, stored: Stored, outcome: Outcome) -> MadePick:
    """Return the pick that a command has made: the first one by hand."""
    for entry in outcome.entries:
        act = entry.act
        if entry.by is None or not isinstance(act, Picked | Swapped):
            continue
        slot = stored.state.slot(act.slot)
        return MadePick(
            id=queries.pick_of_act(connection, stored.draft.id, entry.seq),
            draft_id=stored.draft.id,
            slot=slot.number,
            round=slot.round,
            constructor_id=slot.constructor,
            contestant_id=act.contestant,
            contestant=events.contestants_of(connection, [act.contestant])[act.contestant].name,
            next_turn=turn_of(stored.state),
            version=stored.state.version,
        )
    raise AssertionError("a pick that was not refused was made")


def _sets_auto(connection: Connection, draft_id: int, command: SetAuto, caller: Caller) -> bool:
    """Set autopick in a draft. False if the constructor is not in it, or the draft is not open."""
    done = carry_out(connection, draft_id, command, caller.user_id)
    return done is not None and done[0].state.phase == "open" and command.constructor in done[0].state.teams
