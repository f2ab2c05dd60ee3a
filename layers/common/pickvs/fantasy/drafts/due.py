"""What is due in a draft by the clock, and when something is due next. Pure."""

from datetime import datetime, timedelta

from pickvs.fantasy.drafts import acts
from pickvs.fantasy.drafts.clock import GRACE, fitted
from pickvs.fantasy.drafts.commands import Opening
from pickvs.fantasy.drafts.progress import Progress
from pickvs.fantasy.drafts.state import MadeBy, State, Turn
from pickvs.fantasy.leagues.orders import NotAPermutation, checked
from pickvs.fantasy.leagues.rules import FEWEST

_LEAST_NET = timedelta(minutes=1)
_MOST_NET = timedelta(hours=1)


def bring_up(progress: Progress) -> None:
    """Record what is due: opening, lock, expiry, picks of the system, reminder.

    Recorded at the moment at which it is noticed: the next turn begins then, so that lateness costs nobody's clock.
    After the lock only the lock decides, whatever was due before it.
    """
    if progress.state.phase == "waiting":
        _open(progress)
    if progress.state.phase == "open" and progress.at >= progress.state.lock_at:
        _lock(progress)
    if progress.state.phase == "open" and not progress.state.paused:
        _play(progress)
        _remind(progress)


def next_due(state: State) -> datetime | None:
    """Return when something is due next. None if never again.

    Earlier than now only if the draft is held back, for want of an opening: it is looked at again at the net.
    """
    if state.phase in {"locked", "void"}:
        return None
    if state.phase == "waiting":
        return min(state.opens_at, state.lock_at)
    turn = state.turn
    moments = [state.lock_at]
    if turn is not None and turn.expires_at is not None:
        moments.append(turn.expires_at + GRACE)
    if turn is not None and turn.remind_at is not None:
        moments.append(turn.remind_at)
    return min(moments)


def net_at(state: State, now: datetime) -> datetime | None:
    """Return when to look at a draft again whatever was armed: after a quarter of its clock, 1 to 60 minutes.

    Before the opening that is counted from the opening, so that a database may sleep until then. Where nothing is due
    before the lock, because every slot is filled, say, it is a minute after the lock. None for a draft in which nothing
    is due any more.
    """
    due = next_due(state)
    if due is None:
        return None
    if state.phase == "open" and due == state.lock_at:
        return max(state.lock_at, now) + _LEAST_NET
    quarter = _MOST_NET if state.clock_seconds is None else timedelta(seconds=state.clock_seconds / 4)
    begin = max(due, now) if state.phase == "waiting" else now
    return begin + min(max(quarter, _LEAST_NET), _MOST_NET)


def expired(turn: Turn | None, at: datetime) -> bool:
    """Return whether the clock of a turn, and its grace, have ended at a moment."""
    return turn is not None and turn.expires_at is not None and turn.expires_at + GRACE <= at


def _open(progress: Progress) -> None:
    state, opening = progress.state, progress.opening
    if progress.at < min(state.opens_at, state.lock_at):
        return
    if opening is None or not opening.pool:
        # Held back: the entries or times of the event are unknown or under review.
        if progress.at >= state.lock_at:
            progress.record(acts.Voided("no_pool"))
        return
    if len(opening.entrants) < FEWEST:
        progress.record(acts.Voided("too_few_constructors"))
        return
    slots = len(opening.entrants) * state.terms.rounds
    seconds = fitted(state.clock_wanted, state.opens_at, state.lock_at, slots, state.terms.hours)
    progress.record(acts.Opened(_in_order(opening, state.manual), opening.pool, opening.withdrawn, seconds))


def _in_order(opening: Opening, manual: tuple[int, ...] | None) -> tuple[acts.Entrant, ...]:
    """Return the entrants in the order set by hand, if it still names each of them once."""
    by_constructor = {each.constructor: each for each in opening.entrants}
    try:
        order = checked(manual, by_constructor) if manual is not None else list(by_constructor)
    except NotAPermutation:
        return opening.entrants
    return tuple(by_constructor[each] for each in order)


def _lock(progress: Progress) -> None:
    if progress.state.terms.at_lock == "autopick":
        for slot in progress.state.open_slots:
            choice = progress.choice_for(slot.constructor)
            if choice is None:
                break
            progress.record(acts.Picked(slot.number, choice, "lock"))
    progress.record(acts.Locked())


def _play(progress: Progress) -> None:
    """Record the picks that the system makes at once, and the end of the running turn."""
    while (work := _slot_of_the_system(progress)) is not None:
        slot, made_by = work
        constructor = progress.state.slot(slot).constructor
        choice = progress.choice_for(constructor)
        if choice is None:
            return
        if made_by != "expiry":
            progress.record(acts.Picked(slot, choice, made_by))
            continue
        if progress.state.terms.on_expiry == "skip":
            progress.record(acts.Skipped(slot))
        else:
            progress.record(acts.Picked(slot, choice, "expiry"))
        team, most = progress.state.teams[constructor], progress.state.terms.auto_after_misses
        if most is not None and team.misses >= most and team.auto != "on":
            progress.record(acts.AutoChanged(constructor, "on", "misses"))


def _slot_of_the_system(progress: Progress) -> tuple[int, MadeBy] | None:
    """Return the slot that the system is to deal with next, and why. None if it is somebody's turn."""
    state = progress.state
    for number in sorted(state.skipped):
        if state.teams[state.slot(number).constructor].retired:
            return number, "retired"
    made_by = None if state.turn is None else _why_at_once(progress, state.turn)
    return None if state.turn is None or made_by is None else (state.turn.slot, made_by)


def _why_at_once(progress: Progress, turn: Turn) -> MadeBy | None:
    """Return why the system ends a turn now. None if it goes on."""
    state = progress.state
    constructor = state.slot(turn.slot).constructor
    team, queue = state.teams[constructor], progress.queue_of(constructor)
    if team.retired:
        return "retired"
    if expired(turn, progress.at):
        return "expiry"
    if team.auto != "off":
        return "auto"
    at_once = queue.mode == "at_once" and state.best_of(queue.contestants) is not None
    return "queue" if at_once else None


def _remind(progress: Progress) -> None:
    turn = progress.state.turn
    if turn is not None and turn.remind_at is not None and turn.remind_at <= progress.at:
        progress.record(acts.Reminded(turn.slot))
