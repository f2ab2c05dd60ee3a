"""Takes what sources and administrators say of a session's result, in the caller's transaction.

`rules` decides what follows; here it is read and written. Nothing is overwritten: facts are added as versions, and what
happens is added to the session's acts.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from pickvs.core.database import Connection
from pickvs.core.errors import Conflict, NotFound
from pickvs.fantasy.events.results import queries, rules
from pickvs.fantasy.events.results.keeping import ADMINISTRATOR, Known, load, save
from pickvs.fantasy.events.results.queries import FollowedRow, SeatRow
from pickvs.fantasy.events.results.rules import GONE, Act, Outcome, Refusal, Result
from pickvs.fantasy.events.results.rules import Source as Place
from pickvs.fantasy.events.results.stored import answer_as_json, from_json
from pickvs.fantasy.events.reviews.service import Decider
from pickvs.fantasy.events.rules import Fact, Statement

type Choice = Literal["first", "second", "in_force"]
"""Whose facts an administrator takes: a source's last answer, or what is in force."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source says of a session. statement: None if it has no result. run_id: of the run that brought it."""

    place: Place
    source: str
    statement: Statement | None
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """What has happened to a session's result. by: the administrator who decided, if one did."""

    event_id: int
    session: str
    before: Result
    after: Result
    acts: tuple[Act, ...]
    by: Decider | None = None

    @property
    def moves_points(self) -> bool:
        """Whether other facts score than before: another version, a cancellation, or one that was taken back."""
        return (self.before.version, self.before.is_void) != (self.after.version, self.after.is_void)


def news_of(
    connection: Connection, place: Place, said: Mapping[tuple[int, str], Statement | None]
) -> list[tuple[int, str]]:
    """Return the sessions of which a source says something else than last time, of these by event and name."""
    known = {
        (row.event_id, row.session): (row.digest, row.problems, row.share)
        for row in queries.last_said(connection, place, sorted({event for event, _ in said}))
    }
    return [key for key, statement in said.items() if known.get(key, (GONE, [], "1")) != _fingerprint(statement)]


def hear(connection: Connection, event_id: int, session: str, answer: Answer, at: datetime) -> Changed:
    """Take what a source says of a session. Raises NotFound if there is no such session that scores."""
    known = _load(connection, event_id, session, at)
    before = known.result
    if answer.statement is None and answer.place not in known.said:
        return Changed(event_id, session, before, before, ())  # no result yet means nothing until there was one
    known.said[answer.place] = answer.statement
    result, acts = rules.hear(before, answer.place, _said(answer.statement), at)
    if answer.place == "first" and known.said.get("second") is not None:
        # The first source's new answer may change the words in which the second one is understood.
        result, more = rules.hear(result, "second", _said(known.second_beside(result)), at)
        acts += more
    elif answer.place == "second":
        result, acts = rules.hear(before, "second", _said(known.second_beside(before)), at)
    _keep(connection, event_id, session, answer, at)
    return _saved(connection, known, Changed(event_id, session, before, result, acts), at, answer)


def decide(
    connection: Connection, event_id: int, session: str, choice: Choice | Statement, by: Decider, at: datetime
) -> Changed:
    """Put facts in force by an administrator's word.

    choice: whose facts, or facts that the administrator enters. Raises NotFound and Conflict.
    """
    known = _load(connection, event_id, session, at)
    chosen = known.chosen(choice)
    if chosen is None:
        raise Conflict("NOTHING_TO_DECIDE", "There are no such facts. Choose other ones, or enter the result.")
    known.entered = chosen
    outcome = rules.decide(known.result, chosen.digest, at)
    if not isinstance(outcome, Refusal):
        result, acts = outcome
        outcome = rules.understood(result, _said(known.second_beside(result))), acts
    return _ruled(connection, known, outcome, by, at)


def reopen(connection: Connection, event_id: int, session: str, by: Decider, at: datetime) -> Changed:
    """Take back a decision or a cancellation, so that the sources count again. Raises NotFound and Conflict."""
    known = _load(connection, event_id, session, at)
    return _ruled(connection, known, rules.reopen(known.result, at), by, at)


def void(connection: Connection, event_id: int, session: str, by: Decider | None, at: datetime) -> Changed:
    """Cancel a session: it gives no points. by: None if that follows by itself. Raises NotFound and Conflict."""
    known = _load(connection, event_id, session, at)
    return _ruled(connection, known, rules.void(known.result), by, at)


def freeze(connection: Connection, event_id: int, session: str, at: datetime) -> Changed:
    """Let nothing change any more. Raises NotFound, and Conflict while the result is not official."""
    known = _load(connection, event_id, session, at)
    return _ruled(connection, known, rules.freeze(known.result), None, at)


def _load(connection: Connection, event_id: int, session: str, at: datetime) -> Known:
    known = load(connection, event_id, session, at)
    if known is None:
        raise NotFound("EVENT_SESSION_NOT_FOUND", "The event has no such session that scores.")
    return known


def _ruled(
    connection: Connection, known: Known, outcome: Outcome | Refusal, by: Decider | None, at: datetime
) -> Changed:
    if isinstance(outcome, Refusal):
        raise Conflict(outcome.code, outcome.detail)
    result, acts = outcome
    changed = Changed(known.event_id, known.session, known.result, result, acts, by)
    return _saved(connection, known, changed, at, None)


def _saved(connection: Connection, known: Known, changed: Changed, at: datetime, answer: Answer | None) -> Changed:
    acts = _net(changed)
    if answer is None:
        source, run_id = (ADMINISTRATOR, None)
    else:
        source, run_id = (answer.source, answer.run_id)
    save(connection, known, changed.after, acts, source=source, run_id=run_id, by=changed.by, at=at)
    return Changed(changed.event_id, changed.session, changed.before, changed.after, acts, changed.by)


def _net(changed: Changed) -> tuple[Act, ...]:
    """Return the acts without reviews that were opened and closed within one answer."""
    acts = tuple(act for act in changed.acts if not isinstance(act, rules.ReviewOpened | rules.ReviewClosed))
    if changed.before.review == changed.after.review:
        return acts
    review = changed.after.review
    return *acts, rules.ReviewClosed() if review is None else rules.ReviewOpened(review)


def _said(statement: Statement | None) -> tuple[str, bool] | None:
    return None if statement is None else (statement.digest, statement.is_complete)


def _fingerprint(statement: Statement | None) -> tuple[str, list[str], str]:
    if statement is None:
        return GONE, [], "1"
    return statement.digest, list(statement.problems), str(statement.share)


def _keep(connection: Connection, event_id: int, session: str, answer: Answer, at: datetime) -> None:
    digest, problems, share = _fingerprint(answer.statement)
    statement = answer.statement
    values: dict[str, Any] = {
        "event": event_id,
        "session": session,
        "place": answer.place,
        "source": answer.source,
        "digest": digest,
        "complete": statement is not None and statement.is_complete,
        "problems": problems,
        "states": sorted(statement.states) if statement is not None else [],
        "facts": answer_as_json(statement) if statement is not None else [],
        "share": share,
        "run": answer.run_id,
        "at": at,
    }
    queries.keep_answer(connection, values)


def facts_in_force(
    connection: Connection, sport: str, season: int, sessions: Sequence[str]
) -> list[tuple[int, str, Fact]]:
    """Return the facts in force of a season, each with its event and session: by event, in the order of sessions."""
    rows = queries.in_force(connection, sport, season, sessions)
    facts = from_json(rows)
    return [(row["event_id"], row["session"], fact) for row, fact in zip(rows, facts, strict=True)]


def facts_of(connection: Connection, event_id: int, session: str, version: int) -> tuple[Fact, ...]:
    """Return the facts of a version."""
    return from_json(queries.facts(connection, event_id, session, version))


def said_by(connection: Connection, event_id: int, session: str, place: Place) -> tuple[Fact, ...]:
    """Return the facts of a source's last answer about a session; none if it has none."""
    return from_json(queries.said_facts(connection, event_id, session, place))


def seats_told(connection: Connection, event_id: int) -> list[SeatRow]:
    """Return the seats in the first source's last answers about an event, in the order of the sessions."""
    return queries.seats_told(connection, event_id)


def versions_in_force(connection: Connection, event_id: int) -> dict[str, int]:
    """Return the versions of an event that score, by session."""
    return queries.versions_in_force(connection, event_id)


def contestants_by_session(connection: Connection, event_id: int) -> list[frozenset[int]]:
    """Return who was in each session of an event by the facts in force, in the order of the sessions."""
    rows = queries.in_sessions(connection, event_id)
    return [frozenset(each for _, each in session) for _, session in groupby(rows, key=lambda row: row[0])]


def named(connection: Connection, event_id: int) -> set[int]:
    """Return who was in any session of an event, by the facts in force or by the first source's last answers."""
    return queries.said_of(connection, event_id).union(*contestants_by_session(connection, event_id))


def has_result(connection: Connection, event_id: int, session: str) -> bool:
    """Whether facts of a session are in force."""
    return queries.has_result(connection, event_id, session)


def void_sessions(connection: Connection, event_id: int) -> list[str]:
    """Return the sessions of an event that are cancelled."""
    return queries.void_sessions(connection, event_id)


def followed_sessions(
    connection: Connection, sport: str, season: int, source: str, until: datetime
) -> list[FollowedRow]:
    """Return the sessions of a season that score and begin by a time, with the rounds of a source."""
    return queries.followed(connection, sport, season, source, until)


def unconfirmed(connection: Connection, sport: str, season: int) -> int:
    """Return how many results of a season are provisional: they wait for a second opinion."""
    return queries.unconfirmed(connection, sport, season)


def settled_at(connection: Connection, events: Collection[int]) -> datetime | None:
    """Return when the last result of some events became official. None while one is not, or a question is open."""
    return queries.settled_at(connection, events)


def unfrozen(connection: Connection, events: Collection[int]) -> list[tuple[int, str]]:
    """Return the sessions of events whose results may still change."""
    return queries.unfrozen(connection, events)
