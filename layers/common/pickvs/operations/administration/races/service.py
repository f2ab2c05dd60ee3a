"""Decides about races by hand. A dry run executes everything and rolls it back, so its response is exact."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import NotFound
from pickvs.fantasy.boards import service as boards
from pickvs.fantasy.boards.service import Applied
from pickvs.fantasy.collecting.following import follow_facts
from pickvs.fantasy.events import decisions, reading
from pickvs.fantasy.events.decisions import Decided, Decision
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.results.service import Changed
from pickvs.fantasy.events.reviews.service import Decider
from pickvs.fantasy.leagues.reading import league_of
from pickvs.fantasy.race_drafts.errors import our_words
from pickvs.fantasy.races.service import weekend_of
from pickvs.operations.administration.access import require_admin
from pickvs.operations.administration.audit.queries import Action, Entry
from pickvs.operations.administration.audit.service import write_entry
from pickvs.operations.administration.races.entering import statement_of
from pickvs.operations.administration.races.requests import (
    RaceOrder,
    RaceResultOrder,
    ReopenOrder,
    ReviewDecision,
    SubstitutionOrder,
)
from pickvs.operations.administration.races.schemas import ChangedRow, ChangedSession, RaceChanges, Rescored

_STATEMENT_MS = 12_000
_WAITING_MS = 10_000
"""Lock timeout. A run that collects results holds the boards for seconds; the gateway times out after 29 s."""

type _Act = Callable[[Connection, Decider, datetime], Decided]


def set_result(actor_id: int, session: UUID | None, race_id: int, order: RaceResultOrder) -> RaceChanges:
    """Put the result of a session in force. It stands, whatever the sources say, until it is reopened.

    Raises NotFound (RACE_NOT_FOUND, RACE_SESSION_NOT_FOUND), Invalid, Conflict (RESULT_FROZEN, RESULT_VOID), and the
    errors of `require_admin`.
    """

    def act(connection: Connection, by: Decider, at: datetime) -> Decided:
        weekend_of(connection, race_id)
        entered = {row.contestant_id for row in reading.pool_of(connection, race_id)}
        statement = statement_of(order, entered)
        return Decided([results.decide(connection, race_id, order.session, statement, by, at)])

    about = {"race_id": race_id, "session": order.session}
    return _carry_out(actor_id, session, "set_race_result", order, act, about)


def cancel_race(actor_id: int, session: UUID | None, race_id: int, order: RaceOrder) -> RaceChanges:
    """Cancel what was not run of a race. If nothing was, its drafts are void.

    Raises NotFound (RACE_NOT_FOUND), Conflict (RACE_VOID), and the errors of `require_admin`.
    """

    def act(connection: Connection, by: Decider, at: datetime) -> Decided:
        weekend_of(connection, race_id)
        return decisions.cancel(connection, race_id, by, at)

    return _carry_out(actor_id, session, "cancel_race", order, act, {"race_id": race_id})


def reopen_race(actor_id: int, session: UUID | None, race_id: int, order: ReopenOrder) -> RaceChanges:
    """Take back a decision on a session's result, or the cancellation of a race: the sources count again.

    Raises NotFound (RACE_NOT_FOUND, RACE_SESSION_NOT_FOUND), Conflict (NOTHING_TO_REOPEN, RESULT_FROZEN), and the
    errors of `require_admin`.
    """

    def act(connection: Connection, by: Decider, at: datetime) -> Decided:
        weekend_of(connection, race_id)
        return decisions.reopen(connection, race_id, order.session, by, at)

    about = {"race_id": race_id, "session": order.session}
    return _carry_out(actor_id, session, "reopen_race", order, act, about)


def substitute(actor_id: int, session: UUID | None, race_id: int, order: SubstitutionOrder) -> RaceChanges:
    """Decide who scores for a driver who was drafted and does not drive.

    Raises NotFound (RACE_NOT_FOUND, DRIVER_NOT_ENTERED), Invalid (SAME_DRIVER), and the errors of
    `require_admin`.
    """

    def act(connection: Connection, by: Decider, at: datetime) -> Decided:
        weekend_of(connection, race_id)
        return decisions.substitute(connection, race_id, order.driver_id, order.scores_as, by, at)

    about = {"race_id": race_id, "driver_id": order.driver_id, "scores_as": order.scores_as}
    return _carry_out(actor_id, session, "substitute_driver", order, act, about)


def decide_review(actor_id: int, session: UUID | None, review_id: int, order: ReviewDecision) -> RaceChanges:
    """Answer a question about a race.

    Raises NotFound (REVIEW_NOT_FOUND, DRIVER_NOT_FOUND, DRIVER_NOT_ENTERED), Conflict (REVIEW_CLOSED,
    NOTHING_TO_DECIDE, RACE_VOID, RESULT_FROZEN, RESULT_VOID), Invalid (CHOICE_UNKNOWN), and the errors of
    `require_admin`.
    """
    decision = Decision("contestant" if order.choice == "driver" else order.choice, order.driver_id)

    def act(connection: Connection, by: Decider, at: datetime) -> Decided:
        return decisions.decide(connection, review_id, decision, by, at)

    about = {"review_id": review_id, "choice": order.choice, "driver_id": order.driver_id}
    return _carry_out(actor_id, session, "decide_review", order, act, about)


def rescore(actor_id: int, session: UUID | None, league_id: int, order: RaceOrder) -> Rescored:
    """Make a league's board again from its picks, replacements and points. Nothing should differ.

    Raises NotFound (LEAGUE_NOT_FOUND), and the errors of `require_admin`.
    """
    with transaction(statement_timeout_ms=_STATEMENT_MS, lock_timeout_ms=_WAITING_MS) as connection:
        require_admin(connection, actor_id, session)
        if league_of(connection, league_id) is None:
            raise NotFound("LEAGUE_NOT_FOUND", "There is no such league.")
        at = clock.now()
        with connection.transaction(force_rollback=order.dry_run):
            differing = boards.rebuild(connection, [league_id], at)
            after = {"league_id": league_id, "rows_differing": differing}
            _log(connection, actor_id, "rescore_league", order.reason, {"league_id": league_id}, after, at)
    return Rescored(dry_run=order.dry_run, league_id=league_id, rows_differing=differing)


def _carry_out(
    actor_id: int, session: UUID | None, action: Action, order: RaceOrder, act: _Act, about: dict[str, Any]
) -> RaceChanges:
    with transaction(statement_timeout_ms=_STATEMENT_MS, lock_timeout_ms=_WAITING_MS) as connection:
        require_admin(connection, actor_id, session)
        boards.take_turn(connection)
        at = clock.now()
        with connection.transaction(force_rollback=order.dry_run):
            with our_words():
                decided = act(connection, Decider(actor_id, order.reason), at)
            applied = follow_facts(connection, decided.changes, decided.events, at)
            before = {each.session: each.before.state for each in decided.changes}
            after = {each.session: each.after.state for each in decided.changes}
            counts = {"leagues": applied.leagues, "rows": len(applied.changes)}
            _log(connection, actor_id, action, order.reason, {**about, **before}, {**about, **after, **counts}, at)
    return _changes(decided, applied, dry_run=order.dry_run)


def _log(
    connection: Connection,
    actor_id: int,
    action: Action,
    reason: str,
    before: dict[str, Any],
    after: dict[str, Any],
    at: datetime,
) -> None:
    write_entry(connection, Entry(actor_id=actor_id, action=action, reason=reason, before=before, after=after), at)


def _changes(decided: Decided, applied: Applied, *, dry_run: bool) -> RaceChanges:
    return RaceChanges(
        dry_run=dry_run,
        sessions=[_session(each) for each in decided.changes],
        leagues=applied.leagues,
        rows=[ChangedRow.of(row, race_id=row.event_id) for row in applied.changes],
    )


def _session(change: Changed) -> ChangedSession:
    return ChangedSession(
        race_id=change.event_id,
        session=change.session,
        state_before=change.before.state,
        state=change.after.state,
        version_before=change.before.version or None,
        version=change.after.version or None,
    )
