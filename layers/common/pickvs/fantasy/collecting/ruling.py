"""What administrators and the operator decide about races, each in one transaction with all that follows.

With `dry_run` everything is done, answered, and taken back.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.fantasy.boards import service as boards
from pickvs.fantasy.boards.service import Applied
from pickvs.fantasy.collecting.following import follow_facts
from pickvs.fantasy.events import decisions
from pickvs.fantasy.events.decisions import Decided, Decision
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.results.service import Changed
from pickvs.fantasy.events.reviews.service import Decider
from pickvs.fantasy.events.rules import Statement
from pickvs.jobs.runs import STORING_MS, WAITING_MS


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a decision does. is_dry: whether it was taken back."""

    changes: tuple[Changed, ...]
    applied: Applied
    is_dry: bool


def set_result(event_id: int, session: str, statement: Statement, by: Decider, *, dry_run: bool) -> Ruled:
    """Put facts in force that an administrator enters. Raises NotFound and Conflict."""
    return _rule(
        lambda connection, at: Decided([results.decide(connection, event_id, session, statement, by, at)]),
        dry_run=dry_run,
    )


def decide_review(review_id: int, decision: Decision, by: Decider, *, dry_run: bool) -> Ruled:
    """Decide on a question: see events.decisions.decide."""
    return _rule(lambda connection, at: decisions.decide(connection, review_id, decision, by, at), dry_run=dry_run)


def cancel_event(event_id: int, by: Decider, *, dry_run: bool) -> Ruled:
    """Cancel what was not run of an event: see events.decisions.cancel."""
    return _rule(lambda connection, at: decisions.cancel(connection, event_id, by, at), dry_run=dry_run)


def reopen(event_id: int, session: str | None, by: Decider, *, dry_run: bool) -> Ruled:
    """Take back a decision, or a cancellation: see events.decisions.reopen."""
    return _rule(lambda connection, at: decisions.reopen(connection, event_id, session, by, at), dry_run=dry_run)


def substitute(event_id: int, drafted: int, scores_as: int | None, by: Decider, *, dry_run: bool) -> Ruled:
    """Decide who scores for a contestant that is not entered: see events.decisions.substitute."""
    return _rule(
        lambda connection, at: decisions.substitute(connection, event_id, drafted, scores_as, by, at),
        dry_run=dry_run,
    )


def rescore(league_id: int, *, dry_run: bool) -> int:
    """Make the boards of a league again, and return how many rows differ from what was kept. None should."""
    with _storing() as connection, connection.transaction(force_rollback=dry_run):
        return boards.rebuild(connection, [league_id], clock.now())


def _rule(decide: Callable[[Connection, datetime], Decided], *, dry_run: bool) -> Ruled:
    at = clock.now()
    with _storing() as connection, connection.transaction(force_rollback=dry_run):
        decided = decide(connection, at)
        applied = follow_facts(connection, decided.changes, decided.events, at)
    return Ruled(tuple(decided.changes), applied, is_dry=dry_run)


def _storing() -> AbstractContextManager[Connection]:
    return transaction(statement_timeout_ms=STORING_MS, lock_timeout_ms=WAITING_MS)
