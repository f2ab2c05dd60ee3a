"""What administrators decide about events, in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pickvs.core.database import Connection
from pickvs.core.errors import Conflict, Invalid, NotFound
from pickvs.fantasy.events import reading
from pickvs.fantasy.events.entries import service as entries
from pickvs.fantasy.events.entries.service import Named
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.results.service import Changed
from pickvs.fantasy.events.reviews import service as reviews
from pickvs.fantasy.events.reviews.queries import ReviewRow
from pickvs.fantasy.events.reviews.service import Decider
from pickvs.fantasy.events.schedules import service as schedules


@dataclass(frozen=True, slots=True)
class Decision:
    """What an administrator decides on a question.

    choice: of a result `first`, `second` or `in_force`; of a schedule the name of the source whose times hold; of a
    cancellation `cancelled` or `held`; of a contestant `new`, or `contestant` with an id; of a replacement `nobody`, or
    `contestant` with an id.
    """

    choice: str
    contestant_id: int | None = None


@dataclass(slots=True)
class Decided:
    """What a decision has changed. changes: of results. events: those whose schedule, entries or life have changed."""

    changes: list[Changed] = field(default_factory=list)
    events: set[int] = field(default_factory=set)


def decide(connection: Connection, review_id: int, decision: Decision, by: Decider, at: datetime) -> Decided:
    """Decide on a question. Raises NotFound, Conflict if it is closed, and Invalid for a choice that it lacks."""
    review = reviews.review_of(connection, review_id)
    if review is None:
        raise NotFound("REVIEW_NOT_FOUND", "There is no question with this id.")
    if review.closed_at is not None:
        raise Conflict("REVIEW_CLOSED", "This question has been decided, or has settled by itself.")
    match review.kind, decision.choice:
        case "result", "first" | "second" | "in_force" as choice:
            return Decided([results.decide(connection, review.event_id, review.subject, choice, by, at)])
        case "schedule", source:
            chosen = schedules.choose(connection, review.event_id, source, by, at)
            return Decided(events=set(chosen.changed))
        case "cancellation", "cancelled" | "held" as choice:
            return _decide_life(connection, review.event_id, choice, by, at)
        case "contestant", "contestant" | "new":
            return _name(connection, review, decision, by, at)
        case "substitution", "contestant" | "nobody":
            return substitute(connection, review.event_id, int(review.subject), _chosen(decision), by, at)
        case _:
            raise Invalid("CHOICE_UNKNOWN", f"A question about a {review.kind} has no such answer.")


def cancel(connection: Connection, event_id: int, by: Decider | None, at: datetime) -> Decided:
    """Cancel what was not run of an event. Raises NotFound, and Conflict if it is cancelled.

    Sessions that have scored stay, and so does the event with its drafts: only one of which nothing was run is void.
    by: None if it follows by itself.
    """
    event = reading.event_of(connection, event_id)
    if event is None:
        raise NotFound("RACE_NOT_FOUND", "There is no event with this id.")
    if event.is_void:
        raise Conflict("RACE_VOID", "The event is cancelled already.")
    scoring = [each.session for each in event.sessions if each.scores]
    awaited = [each for each in scoring if not results.has_result(connection, event_id, each)]
    changes = [results.void(connection, event_id, session, by, at) for session in awaited]
    schedules.set_void(connection, event_id, is_void=len(awaited) == len(scoring), by=by, at=at)
    return Decided(changes, {event_id})


def reopen(connection: Connection, event_id: int, session: str | None, by: Decider, at: datetime) -> Decided:
    """Take back a decision on a session's result, or the cancellation of an event. Raises NotFound and Conflict.

    session: None for the whole event.
    """
    event = reading.event_of(connection, event_id)
    if event is None:
        raise NotFound("RACE_NOT_FOUND", "There is no event with this id.")
    if session is not None:
        return Decided([results.reopen(connection, event_id, session, by, at)])
    void = results.void_sessions(connection, event_id)
    if not event.is_void and not void:
        raise Conflict("NOTHING_TO_REOPEN", "The event is not cancelled.")
    schedules.set_void(connection, event_id, is_void=False, by=by, at=at)
    return Decided([results.reopen(connection, event_id, each, by, at) for each in void], {event_id})


def substitute(
    connection: Connection, event_id: int, drafted: int, scores_as: int | None, by: Decider, at: datetime
) -> Decided:
    """Decide who scores for a contestant that was drafted and is not entered. scores_as: None for nobody.

    Raises NotFound if either is not entered in the event, and Invalid if it is the same.
    """
    known = {row.contestant_id for row in entries.entries_of(connection, event_id)}
    if not {drafted, *([] if scores_as is None else [scores_as])} <= known:
        raise NotFound("CONTESTANT_NOT_ENTERED", "The contestant is not entered in this event.")
    if drafted == scores_as:
        raise Invalid("SAME_CONTESTANT", "A contestant cannot replace itself.")
    entries.substitute(connection, event_id, drafted, scores_as, at, reason=by.reason, by=by)
    return Decided(events={event_id})


def _decide_life(
    connection: Connection, event_id: int, choice: Literal["cancelled", "held"], by: Decider, at: datetime
) -> Decided:
    """Cancel an event, or take its cancellation back, or keep it as it is."""
    event = reading.event_of(connection, event_id)
    if event is not None and event.is_void == (choice == "cancelled"):
        schedules.keep(connection, event_id, choice, by, at)
        return Decided(events={event_id})
    return cancel(connection, event_id, by, at) if choice == "cancelled" else reopen(connection, event_id, None, by, at)


def _name(connection: Connection, review: ReviewRow, decision: Decision, by: Decider, at: datetime) -> Decided:
    asked: Mapping[str, Any] = review.question
    event = reading.event_of(connection, review.event_id)
    if event is None:
        raise NotFound("RACE_NOT_FOUND", "There is no event with this id.")
    if decision.choice == "new":
        named = Named(asked["source_id"], asked["name"], asked["name"], asked["code"])
        entries.add(connection, event.sport, asked["source"], named, at)
    else:
        contestant = _chosen(decision)
        if contestant is None or contestant not in reading.contestants_of(connection, [contestant]):
            raise NotFound("CONTESTANT_NOT_FOUND", "There is no contestant with this id.")
        entries.name(connection, event.sport, asked["source"], asked["source_id"], contestant, at)
    answer = "new" if decision.choice == "new" else f"contestant {decision.contestant_id}"
    reviews.settle(connection, review.event_id, "contestant", review.subject, at, decision=answer, by=by)
    return Decided()


def _chosen(decision: Decision) -> int | None:
    if decision.choice == "contestant" and decision.contestant_id is None:
        raise Invalid("CHOICE_UNKNOWN", "Say which contestant, by its id.")
    return decision.contestant_id if decision.choice == "contestant" else None
