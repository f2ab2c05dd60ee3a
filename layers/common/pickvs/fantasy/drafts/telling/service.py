"""Tells members what has happened in a draft, and the owner on turn that it is."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pickvs.core.database import Connection
from pickvs.fantasy.drafts.acts import Entry
from pickvs.fantasy.drafts.storing.keeping import Stored
from pickvs.fantasy.drafts.telling.rules import end_of, told_of
from pickvs.fantasy.events import reading as events
from pickvs.fantasy.leagues.telling.service import Message, tell
from pickvs.notices.rules import EXPIRES_AT


def tell_of(connection: Connection, before: Stored, after: Stored, entries: Iterable[Entry], by: int | None) -> None:
    """Tell of the acts of one transaction. Each act tells a user once, however often it is told.

    by: the user who acted, who is not told.
    """
    messages = [*_of_acts(after, entries, by), *_of_turn(before, after)]
    if not messages:
        return
    event = events.event_of(connection, after.draft.event_id)
    own = {"draft_id": after.draft.id, "event_id": after.draft.event_id, "event": "" if event is None else event.name}
    drafted = {each.data["contestant_id"] for each in messages if "contestant_id" in each.data}
    names = {number: row.name for number, row in events.contestants_of(connection, drafted).items()}
    said = []
    for message in messages:
        contestant = message.data.get("contestant_id")
        named = {} if contestant is None else {"contestant": names.get(contestant)}
        said.append(replace(message, data={**own, **named, **message.data}))
    tell(connection, after.league.id, said, at=after.state.last_at)


def _of_acts(after: Stored, entries: Iterable[Entry], by: int | None) -> Iterator[Message]:
    for entry in entries:
        told = told_of(entry.act, after.state)
        if told is None:
            continue
        readers = None if told.constructor is None else _owner(after, told.constructor)
        but = [] if told.but is None else _owner(after, told.but)
        if by is not None and entry.by == by:
            but.append(by)
        yield Message(told.kind, f"draft:{after.draft.id}:{entry.seq}", told.data, readers, but)


def _of_turn(before: Stored, after: Stored) -> Iterator[Message]:
    """Yield the message to the owner on turn, if the turn is new."""
    turn = after.state.turn
    if turn is None or after.state.paused or before.state.turn == turn:
        return
    was = before.state.turn
    if was is not None and (was.slot, was.started_at) == (turn.slot, turn.started_at):
        return
    constructor = after.state.slot(turn.slot).constructor
    data = {"slot": turn.slot, "constructor_id": constructor, EXPIRES_AT: end_of(turn, after.state)}
    cause = f"draft:{after.draft.id}:turn:{after.state.version}"
    yield Message("draft.turn", cause, data, _owner(after, constructor))


def _owner(draft: Stored, constructor: int) -> list[int]:
    """Return the owner of a constructor; nobody if it has retired."""
    return [user for number, user in draft.owners.items() if number == constructor]
