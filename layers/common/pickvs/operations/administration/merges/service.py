"""Merges games manually. A dry run executes everything and rolls it back, so its response is exact."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.encoding import as_plain
from pickvs.core.errors import Conflict, NotFound
from pickvs.ingestion.game_clock import keep_time
from pickvs.ingestion.settling import settle
from pickvs.markets.fixtures.decisions import take_turn
from pickvs.markets.merging import service as merging
from pickvs.markets.merging.rules import Refusal
from pickvs.markets.merging.service import Merged
from pickvs.markets.values import Move
from pickvs.operations.administration.access import require_admin
from pickvs.operations.administration.audit.queries import Action, Entry
from pickvs.operations.administration.audit.service import write_entry
from pickvs.operations.administration.merges.requests import MergeOrder
from pickvs.operations.administration.merges.schemas import MergeChanges
from pickvs.operations.administration.results import queries
from pickvs.operations.administration.results.effects import effects_of
from pickvs.operations.administration.results.queries import GameRow
from pickvs.operations.administration.results.requests import Order
from pickvs.operations.administration.results.schemas import GameState
from pickvs.picks.rules import TipOff, is_visible
from pickvs.picks.telling.service import tell_of_moves
from pickvs.standings.service import overall_ranks

_STATEMENT_MS = 12_000
_WAITING_MS = 10_000
"""Lock timeout, as for manual results."""


def merge_games(actor_id: int, session: UUID | None, game_id: int, order: MergeOrder) -> MergeChanges:
    """Merge the game into another one, whose results settle its picks from now on.

    Raises NotFound (GAME_NOT_FOUND), Conflict (a code of merging.rules.Refusal), and the errors of `require_admin`.
    """

    def act(connection: Connection, at: datetime) -> Merged | Refusal | None:
        return merging.merge(
            connection, game_id, order.into, sides=order.sides, actor_id=actor_id, reason=order.reason, at=at
        )

    return _carry_out(actor_id, session, game_id, "merge_games", order, act)


def unmerge_games(actor_id: int, session: UUID | None, game_id: int, order: Order) -> MergeChanges:
    """Undo the merge of an absorbed game. It gets back the result that it had before.

    Raises NotFound (GAME_NOT_FOUND), Conflict (NOT_MERGED), and the errors of `require_admin`.
    """

    def act(connection: Connection, at: datetime) -> Merged | Refusal | None:
        return merging.separate(connection, game_id, actor_id=actor_id, reason=order.reason, at=at)

    return _carry_out(actor_id, session, game_id, "unmerge_games", order, act)


def _carry_out(
    actor_id: int,
    session: UUID | None,
    game_id: int,
    action: Action,
    order: Order,
    act: Callable[[Connection, datetime], Merged | Refusal | None],
) -> MergeChanges:
    with transaction(statement_timeout_ms=_STATEMENT_MS, lock_timeout_ms=_WAITING_MS) as connection:
        require_admin(connection, actor_id, session)
        take_turn(connection)
        at = clock.now()
        with connection.transaction(force_rollback=order.dry_run):
            # Settles everything else that is due first, so that the changes below are caused by this action alone.
            settle(connection, at)
            ranks_before = overall_ranks(connection)
            before = queries.lock_game(connection, game_id, at)
            done = act(connection, at)
            if isinstance(done, Refusal):
                raise Conflict(done.code, done.detail)
            if done is None or before is None:
                raise NotFound("GAME_NOT_FOUND", "There is no such game.")
            settle(connection, at)
            merging.restore_tip_off(connection, done, at)
            keep_time(connection, at)
            if done.tip_off is not None:
                tell_of_moves(connection, [Move(game_id, before.commence_time, done.tip_off)], at)
            changes = _changes(connection, before, done, ranks_before, at=at, dry_run=order.dry_run)
            counts = {"picks_changed": changes.picks_changed, "ranks_changed": changes.ranks_changed}
            games = {"survivor_id": done.survivor_id, "sides": done.sides}
            entry = Entry(
                actor_id=actor_id,
                action=action,
                game_id=game_id,
                reason=order.reason,
                before=as_plain(changes.before),
                after=as_plain(changes.after) | games | counts,
            )
            write_entry(connection, entry, at)
    return changes


def _changes(
    connection: Connection, before: GameRow, done: Merged, ranks_before: dict[int, int], *, at: datetime, dry_run: bool
) -> MergeChanges:
    after = queries.lock_game(connection, done.absorbed_id, at)
    survivor = queries.lock_game(connection, done.survivor_id, at)
    if after is None or survivor is None:
        raise RuntimeError("games are never deleted")
    # Sealed picks stay sealed: an administrator may be a contestant.
    open_to_all = all(
        is_visible(TipOff(game.commence_time, game.status), at, timedelta(0), own=False) for game in (before, survivor)
    )
    effects = effects_of(connection, done.results, ranks_before, sealed=not open_to_all, dry_run=dry_run)
    return MergeChanges(
        dry_run=dry_run,
        game_id=done.absorbed_id,
        survivor_id=done.survivor_id,
        sides=done.sides,
        before=_state(before),
        after=_state(after),
        sealed=effects.sealed,
        picks_changed=effects.picks_changed,
        picks=effects.picks,
        ranks_changed=effects.ranks_changed,
        ranks=effects.ranks,
    )


def _state(game: GameRow) -> GameState:
    return GameState(
        status=game.status,
        outcome=game.outcome,
        home_score=game.home_score,
        away_score=game.away_score,
        began_at=game.began_at,
        source=game.source,
    )
