"""Merges two listings of one game, and undoes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.markets.fixtures.evidence import queries as evidence
from pickvs.markets.merging import queries
from pickvs.markets.merging.rules import (
    NOT_MERGED,
    Candidate,
    Refusal,
    Sides,
    may_merge,
    start_when_merged,
    start_when_separated,
    status_when_separated,
)


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge or its undoing.

    results: the new result of each of the two games that got one, by game id. tip_off: the one that the absorbed game
    gets back; None for a merge.
    """

    absorbed_id: int
    survivor_id: int
    sides: Sides
    results: Mapping[int, int]
    tip_off: datetime | None = None


def merge(
    connection: Connection,
    absorbed_id: int,
    survivor_id: int,
    *,
    sides: Sides | None,
    actor_id: int,
    reason: str,
    at: datetime,
) -> Merged | Refusal | None:
    """Let one game absorb another, in the caller's transaction. None if there is no such game.

    The caller must have called `take_turn`, and settles the games afterwards. Of a user's picks on the same market of
    both games, only the first counts from now on, and none that was placed after either of them began; the survivor's
    picks are graded again for that.
    """
    found = queries.lock_games(connection, (absorbed_id, survivor_id), at)
    absorbed, survivor = found.get(absorbed_id), found.get(survivor_id)
    if absorbed is None or survivor is None:
        return None
    decided = may_merge(absorbed, survivor, sides)
    if isinstance(decided, Refusal):
        return decided
    queries.add_merge(
        connection,
        absorbed=absorbed,
        survivor=survivor,
        swapped=decided == "swapped",
        undoes=None,
        actor_id=actor_id,
        reason=reason,
        at=at,
    )
    evidence.withdraw_quotes(connection, [absorbed.id], at)
    queries.absorb(
        connection, absorbed=absorbed.id, survivor=survivor.id, reason=f"merged into game {survivor.id}", at=at
    )
    if survivor.result_id is not None:
        queries.repeat_result(
            connection,
            survivor.result_id,
            began_at=start_when_merged(absorbed, survivor),
            reason=f"game {absorbed.id} is merged into it",
            at=at,
        )
    elif absorbed.result_id is not None:
        _take_back(connection, absorbed, actor_id, reason, at)
    queries.mirror_results(connection, at)
    return Merged(absorbed.id, survivor.id, decided, _new_results(connection, at, absorbed, survivor))


def separate(
    connection: Connection, absorbed_id: int, *, actor_id: int, reason: str, at: datetime
) -> Merged | Refusal | None:
    """Undo a merge, in the caller's transaction. None if there is no such game.

    The absorbed game gets back the tip-off and the result that it had before. Requirements as for `merge`; after the
    settlement, the caller calls `restore_tip_off`.
    """
    last = queries.last_merge(connection, absorbed_id)
    if last is None:
        return NOT_MERGED if absorbed_id in queries.lock_games(connection, (absorbed_id,), at) else None
    found = queries.lock_games(connection, (absorbed_id, last["survivor_id"]), at)
    absorbed, survivor = found[absorbed_id], found[last["survivor_id"]]
    queries.add_merge(
        connection,
        absorbed=absorbed,
        survivor=survivor,
        swapped=last["swapped"],
        undoes=last["id"],
        actor_id=actor_id,
        reason=reason,
        at=at,
    )
    if last["result_id_before"] is not None:
        queries.repeat_result(connection, last["result_id_before"], began_at=None, reason="merge undone", at=at)
    elif absorbed.result_id is not None:
        _take_back(connection, absorbed, actor_id, reason, at)
    begun = absorbed.has_begun or survivor.has_begun
    tip_off = last["commence_time_before"]
    status = status_when_separated(last["status_before"], tip_off, at, has_begun=begun)
    review = "separated from another game; it may have begun" if status == "review" else None
    queries.separate(connection, absorbed=absorbed.id, status=status, reason=review, at=at)
    queries.restore_tip_off(connection, absorbed.id, tip_off, at)
    if survivor.result_id is not None:
        alone = queries.lock_games(connection, (survivor.id,), at)[survivor.id]
        queries.repeat_result(
            connection,
            survivor.result_id,
            began_at=start_when_separated(absorbed, alone, last["survivor_began_at_before"]),
            reason=f"game {absorbed.id} is separated",
            at=at,
        )
    sides: Sides = "swapped" if last["swapped"] else "same"
    return Merged(absorbed.id, survivor.id, sides, _new_results(connection, at, absorbed, survivor), tip_off)


def restore_tip_off(connection: Connection, separated: Merged, at: datetime) -> None:
    """Give a separated game its own tip-off back, after its picks are no longer settled by the survivor's result."""
    if separated.tip_off is not None:
        queries.restore_tip_off(connection, separated.absorbed_id, separated.tip_off, at)


def mirror_results(connection: Connection, at: datetime) -> int:
    """Give every absorbed game the current result of its survivor; return the number of games that got one."""
    return queries.mirror_results(connection, at)


def _new_results(connection: Connection, at: datetime, *before: Candidate) -> dict[int, int]:
    now = queries.lock_games(connection, tuple(game.id for game in before), at)
    return {
        game.id: result_id
        for game in before
        if (result_id := now[game.id].result_id) is not None and result_id != game.result_id
    }


def _take_back(connection: Connection, game: Candidate, actor_id: int, reason: str, at: datetime) -> None:
    queries.take_back_result(connection, game.id, source=f"admin:{actor_id}", reason=reason, at=at)
