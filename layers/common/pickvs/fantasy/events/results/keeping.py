"""Reads what is known of a session's result, and writes what has become of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from pickvs.core.database import Connection
from pickvs.fantasy.events.results import queries, rules
from pickvs.fantasy.events.results.queries import AnswerRow, StateRow
from pickvs.fantasy.events.results.rules import GONE, Act, Result, Said
from pickvs.fantasy.events.results.rules import Source as Place
from pickvs.fantasy.events.results.stored import as_json, from_json
from pickvs.fantasy.events.reviews import service as reviews
from pickvs.fantasy.events.reviews.service import Decider
from pickvs.fantasy.events.rules import Statement, beside, differences

ADMINISTRATOR = "administrator"
"""The source of facts that were put in force by hand."""

MOST_DIFFERENCES = 100
"""Maximum number of differences that a question lists for each answer."""

_ACTS: Mapping[type, str] = MappingProxyType(
    {
        rules.Versioned: "versioned",
        rules.Confirmed: "confirmed",
        rules.ReviewOpened: "review_opened",
        rules.ReviewClosed: "review_closed",
        rules.Voided: "voided",
        rules.Frozen: "frozen",
        rules.Reopened: "reopened",
    }
)


@dataclass(slots=True)
class Known:
    """What is known of a session's result.

    in_force: the facts that score, with the flags of which they speak. said: what each source says, in its own words;
    None for an answer that has gone. entered: facts that an administrator puts in force.
    """

    event_id: int
    session: str
    result: Result
    row: StateRow
    in_force: Statement | None
    said: dict[Place, Statement | None]
    entered: Statement | None = field(default=None)

    def second_beside(self, result: Result) -> Statement | None:
        """Return what the second source says in the words of what it is compared with: see events.rules.beside."""
        second = self.said.get("second")
        is_official = result.standing in ("official", "amended")
        reference = self.of_digest(result.digest) if is_official else self.said.get("first")
        return second if second is None or reference is None else beside(second, reference)

    def of_digest(self, digest: str | None) -> Statement | None:
        """Return the facts with this digest, of all that are known."""
        first = self.said.get("first")
        for known in (self.entered, self.in_force, first):
            if known is not None and known.digest == digest:
                return known
        second = self.said.get("second")
        for reference in (self.in_force, first, self.entered):
            if second is not None and reference is not None:
                understood = beside(second, reference)
                if understood.digest == digest:
                    return understood
        return second if second is not None and second.digest == digest else None

    def chosen(self, choice: str | Statement) -> Statement | None:
        """Return the facts that an administrator chooses: see service.decide."""
        if isinstance(choice, Statement):
            return choice
        if choice == "in_force":
            return self.in_force
        return self.said.get("first") if choice == "first" else self.second_beside(self.result)


def load(connection: Connection, event_id: int, session: str, at: datetime) -> Known | None:
    """Return what is known of a session's result, locked until the transaction ends. None if no such session scores."""
    row = queries.lock_state(connection, event_id, session, at)
    if row is None:
        return None
    answers = {answer.place: answer for answer in queries.answers(connection, event_id, session)}
    in_force = None
    if row.version is not None:
        facts = from_json(queries.facts(connection, event_id, session, row.version))
        in_force = Statement(facts=facts, states=frozenset(row.states or ()), share=Fraction(row.share or "1"))
    known = Known(
        event_id,
        session,
        Result(
            standing=row.standing,
            version=row.version or 0,
            digest=row.digest,
            is_decided=row.is_decided,
            is_void=row.is_void,
            is_frozen=row.is_frozen,
            latest=row.latest or 0,
            latest_digest=row.latest_digest,
            provisional_since=row.provisional_since,
        ),
        row,
        in_force,
        {place: _statement(answer) for place, answer in answers.items()},
    )
    known.result = rules.remembered(
        known.result,
        _said(answers.get("first"), known.said.get("first")),
        _said(answers.get("second"), known.second_beside(known.result)),
    )
    return known


def save(
    connection: Connection,
    known: Known,
    result: Result,
    acts: tuple[Act, ...],
    *,
    source: str,
    run_id: int | None,
    by: Decider | None,
    at: datetime,
) -> None:
    """Write what has become of a session's result. source, run_id: of facts that are put in force."""
    key = {"event": known.event_id, "session": known.session}
    who = {"by": by.user_id if by is not None else None, "reason": by.reason if by is not None else None}
    for act in acts:
        if isinstance(act, rules.Versioned):
            facts = known.of_digest(act.digest)
            if facts is None:
                raise AssertionError("a version of facts that nobody has said")
            values: dict[str, Any] = {
                **key,
                **who,
                "version": act.version,
                "digest": act.digest,
                "standing": act.standing,
                "applied": act.is_applied,
                "source": source,
                "states": sorted(facts.states),
                "share": str(facts.share),
                "run": run_id,
                "at": at,
            }
            queries.add_version(connection, values, as_json(facts.facts))
    _save_state(connection, known, result, at)
    _save_refusals(connection, known, result)
    for act in acts:
        version = act.version if isinstance(act, rules.Versioned | rules.Confirmed) else None
        causes = list(act.review.causes) if isinstance(act, rules.ReviewOpened) else []
        queries.add_act(
            connection, {**key, **who, "act": _ACTS[type(act)], "version": version, "causes": causes, "at": at}
        )
    _ask(connection, known, result, acts, by, at)


def _save_state(connection: Connection, known: Known, result: Result, at: datetime) -> None:
    row = known.row
    is_official = result.standing in ("official", "amended")
    since = row.official_at if (result.version, result.standing) == (row.version, row.standing) else None
    complete = row.complete_since or (at if result.first is not None and result.first.is_complete else None)
    queries.save_state(
        connection,
        {
            "event": known.event_id,
            "session": known.session,
            "standing": result.standing,
            "version": result.version or None,
            "latest": result.latest or None,
            "decided": result.is_decided,
            "void": result.is_void,
            "frozen": result.is_frozen,
            "complete": complete,
            "provisional": result.provisional_since,
            "official": (since or at) if is_official else None,
            "at": at,
        },
    )


def _save_refusals(connection: Connection, known: Known, result: Result) -> None:
    """Write which answers an administrator has decided against."""
    said: tuple[tuple[Place, Said | None], ...] = (("first", result.first), ("second", result.second))
    for place, each in said:
        if each is not None:
            queries.refuse(connection, known.event_id, known.session, place, is_refused=each.is_refused)


def _ask(
    connection: Connection, known: Known, result: Result, acts: tuple[Act, ...], by: Decider | None, at: datetime
) -> None:
    for act in acts:
        if isinstance(act, rules.ReviewOpened):
            question = _question(known, result)
            reviews.ask(connection, known.event_id, "result", known.session, act.review.causes, question, at)
        if isinstance(act, rules.ReviewClosed):
            decision = reviews.BY_ITSELF if by is None else f"version {result.version}"
            reviews.settle(connection, known.event_id, "result", known.session, at, decision=decision, by=by)


def _question(known: Known, result: Result) -> dict[str, Any]:
    """Return what an administrator needs to decide: each answer that is known, and how it differs from the others."""
    in_force = known.of_digest(result.digest)
    answers = {"first": known.said.get("first"), "second": known.second_beside(result)}
    reference = in_force or answers["first"]
    return {
        "version": result.version or None,
        "answers": [
            {
                "choice": place,
                "digest": statement.digest,
                "problems": list(statement.problems),
                "differences": [
                    {"contestant_id": each.contestant, "field": each.field, "before": each.before, "after": each.after}
                    for each in (differences(reference.facts, statement.facts) if reference is not None else ())
                ][:MOST_DIFFERENCES],
            }
            for place, statement in answers.items()
            if statement is not None
        ],
        "gone": [place for place, statement in known.said.items() if statement is None],
    }


def _statement(answer: AnswerRow) -> Statement | None:
    if answer.digest == GONE:
        return None
    return Statement(
        facts=from_json(answer.facts),
        states=frozenset(answer.states),
        problems=tuple(answer.problems),
        share=Fraction(answer.share),
    )


def _said(answer: AnswerRow | None, understood: Statement | None) -> Said | None:
    if answer is None:
        return None
    digest = GONE if understood is None else understood.digest
    return Said(digest, is_complete=answer.is_complete, is_refused=answer.is_refused)
