"""Decides games manually. A dry run executes everything and rolls it back, so its response is exact."""

from datetime import datetime, timedelta
from uuid import UUID

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.encoding import as_plain
from pickvs.core.errors import Conflict, NotFound
from pickvs.ingestion.game_clock import keep_time
from pickvs.ingestion.settling import settle
from pickvs.markets.fixtures.decisions import DecidedGame, contradict, record_decision, see_under_way, take_turn
from pickvs.operations.administration.access import require_admin
from pickvs.operations.administration.audit.queries import Entry
from pickvs.operations.administration.audit.service import write_entry
from pickvs.operations.administration.results import queries
from pickvs.operations.administration.results.effects import effects_of
from pickvs.operations.administration.results.queries import GameRow
from pickvs.operations.administration.results.requests import Order, RegradeOrder, ResultOrder, StartOrder
from pickvs.operations.administration.results.rules import (
    Decision,
    Refusal,
    Score,
    Standing,
    WantedAct,
    decide,
    source_of,
)
from pickvs.operations.administration.results.schemas import Changes, GameState
from pickvs.picks.rules import TipOff, is_visible
from pickvs.standings.service import overall_ranks

_STATEMENT_MS = 12_000
_WAITING_MS = 10_000
"""Lock timeout. A concurrent ingestion of results locks games for seconds; the gateway times out after 29 s."""


def set_result(actor_id: int, session: UUID | None, game_id: int, order: ResultOrder) -> Changes:
    """Set the final score of a game in any state, and grade its picks.

    Raises NotFound (GAME_NOT_FOUND), Conflict (GAME_NOT_STARTED or RESULT_UNCHANGED), and the errors of
    `require_admin`.
    """
    return _carry_out(
        actor_id, session, game_id, order, WantedAct("set_result", score=(order.home_score, order.away_score))
    )


def void_game(actor_id: int, session: UUID | None, game_id: int, order: Order) -> Changes:
    """Cancel a game. Its picks are void, and it accepts no more picks.

    Raises NotFound (GAME_NOT_FOUND), Conflict (RESULT_UNCHANGED), and the errors of `require_admin`.
    """
    return _carry_out(actor_id, session, game_id, order, WantedAct("void_game"))


def reopen_game(actor_id: int, session: UUID | None, game_id: int, order: Order) -> Changes:
    """Remove the result in force. The picks are pending again, and the provider may report a new result.

    Raises NotFound (GAME_NOT_FOUND), Conflict (NO_RESULT), and the errors of `require_admin`.
    """
    return _carry_out(actor_id, session, game_id, order, WantedAct("reopen_game"))


def regrade_game(actor_id: int, session: UUID | None, game_id: int, order: RegradeOrder) -> Changes:
    """Grade every pick of a game again, by the result in force and today's rules.

    The result is recorded again, with the administrator as its source. Raises NotFound (GAME_NOT_FOUND), Conflict
    (NO_RESULT), and the errors of `require_admin`.
    """
    return _carry_out(actor_id, session, game_id, order, WantedAct("regrade_game"))


def set_start(actor_id: int, session: UUID | None, game_id: int, order: StartOrder) -> Changes:
    """Set the actual start of a game. Picks placed at it or later are void.

    A game with a final score is graded again. Any other game that is not off is locked. Raises NotFound
    (GAME_NOT_FOUND), Conflict (START_IN_FUTURE, RESULT_UNCHANGED, NO_RESULT or GAME_MERGED), and the errors of
    `require_admin`.
    """
    return _carry_out(actor_id, session, game_id, order, WantedAct("set_start", began_at=order.began_at))


def _carry_out(
    actor_id: int, session: UUID | None, game_id: int, order: Order | RegradeOrder, wanted: WantedAct
) -> Changes:
    with transaction(statement_timeout_ms=_STATEMENT_MS, lock_timeout_ms=_WAITING_MS) as connection:
        require_admin(connection, actor_id, session)
        take_turn(connection)
        at = clock.now()
        with connection.transaction(force_rollback=order.dry_run):
            game = queries.lock_game(connection, game_id, at)
            if game is None:
                raise NotFound("GAME_NOT_FOUND", "There is no such game.")
            decision = decide(wanted, _standing(game), at)
            if isinstance(decision, Refusal):
                raise Conflict(decision.code, decision.detail)
            # Settles everything else that is due first, so that the changes below are caused by this action alone.
            settle(connection, at)
            ranks_before = overall_ranks(connection)
            source, reason = source_of(actor_id), order.reason or "dry run"
            result_id = _record(connection, game, decision, source, reason, at)
            settle(connection, at)
            keep_time(connection, at)
            changes = _changes(
                connection, game, decision, source, result_id, ranks_before, at=at, dry_run=order.dry_run
            )
            counts = {"picks_changed": changes.picks_changed, "ranks_changed": changes.ranks_changed}
            write_entry(
                connection,
                Entry(
                    actor_id=actor_id,
                    action=wanted.act,
                    game_id=game.id,
                    result_id=result_id,
                    reason=reason,
                    before=as_plain(changes.before),
                    after=as_plain(changes.after) | counts,
                ),
                at,
            )
    return changes


def _standing(game: GameRow) -> Standing:
    return Standing(
        commence_time=game.commence_time,
        status=game.status,
        review_reason=game.review_reason,
        outcome=game.outcome,
        score=_score(game),
        source=game.source,
        began_at=game.began_at,
        under_way_at=game.under_way_at,
        start_decided_at=game.start_decided_at,
        last_began_at=game.last_began_at,
        has_begun=game.has_begun,
        other_has_begun=game.other_has_begun,
        merged_into=game.merged_into,
    )


def _score(game: GameRow) -> Score | None:
    return None if game.home_score is None or game.away_score is None else (game.home_score, game.away_score)


def _record(connection: Connection, game: GameRow, decision: Decision, source: str, reason: str, at: datetime) -> int:
    """Make the decision the game's result in force, and return the result's id."""
    home, away = decision.score or (None, None)
    decided = DecidedGame(
        id=game.id,
        commence_time=game.commence_time,
        status=decision.status,
        review_reason=decision.review_reason,
        outcome=decision.outcome,
        home_score=home,
        away_score=away,
        began_at=decision.began_at,
        status_before=game.status,
        outcome_before=game.outcome,
        recorded_before=game.recorded_at,
    )
    if decision.under_way_at is not None:
        see_under_way(connection, game.id, decision.under_way_at)
    if decision.start_decided_at != game.start_decided_at:
        queries.set_start(connection, game.id, decision.start_decided_at)
    result_id = record_decision(connection, decided, source=source, reason=reason, at=at)
    if decision.outcome == "reopened" and (game.has_begun or game.other_has_begun):
        contradict(connection, game.id, at)
    return result_id


def _changes(
    connection: Connection,
    game: GameRow,
    decision: Decision,
    source: str,
    result_id: int,
    ranks_before: dict[int, int],
    *,
    at: datetime,
    dry_run: bool,
) -> Changes:
    """Return the changes caused by the result `result_id`, which must be settled."""
    # Sealed picks stay sealed: an administrator may be a contestant.
    open_to_all = is_visible(TipOff(game.commence_time, game.status), at, timedelta(0), own=False)
    effects = effects_of(connection, {game.id: result_id}, ranks_before, sealed=not open_to_all, dry_run=dry_run)
    home, away = decision.score or (None, None)
    return Changes(
        dry_run=dry_run,
        game_id=game.id,
        before=GameState(
            status=game.status,
            outcome=game.outcome,
            home_score=game.home_score,
            away_score=game.away_score,
            began_at=game.began_at,
            source=game.source,
        ),
        after=GameState(
            status=decision.status,
            outcome=decision.outcome,
            home_score=home,
            away_score=away,
            began_at=decision.stated_start,
            source=source,
        ),
        sealed=effects.sealed,
        picks_changed=effects.picks_changed,
        picks=effects.picks,
        ranks_changed=effects.ranks_changed,
        ranks=effects.ranks,
    )
