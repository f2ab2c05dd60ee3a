"""The operator's proof: the state that a draft's acts lead to, compared with what the tables have."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from pickvs.core.database import Connection, transaction
from pickvs.fantasy.drafts.errors import unknown_draft
from pickvs.fantasy.drafts.evolving import BrokenLog
from pickvs.fantasy.drafts.state import State
from pickvs.fantasy.drafts.storing import keeping


@dataclass(frozen=True, slots=True)
class Proof:
    """What a replay has found. acts: number of acts. differences: by field of the state, what acts and tables say.

    problem: why the log leads to no state; None if it does.
    """

    draft_id: int
    acts: int
    differences: Mapping[str, tuple[Any, Any]]
    problem: str | None = None

    @property
    def holds(self) -> bool:
        """Whether the tables have exactly the state that the acts lead to."""
        return self.problem is None and not self.differences


def replay_draft(draft_id: int) -> Proof:
    """Replay a draft from its acts and compare it with the tables. Raises NotFound (DRAFT_NOT_FOUND)."""
    with transaction(snapshot=True) as connection:
        return proof_of(connection, draft_id)


def proof_of(connection: Connection, draft_id: int) -> Proof:
    """Return the proof of a draft, in the caller's transaction. Raises NotFound (DRAFT_NOT_FOUND)."""
    stored = keeping.look(connection, draft_id)
    if stored is None:
        raise unknown_draft()
    try:
        replayed = keeping.replayed(connection, stored)
    except BrokenLog as error:
        return Proof(draft_id, stored.state.version, {}, str(error))
    return Proof(draft_id, replayed.version, _differences(replayed, stored.state))


def _differences(by_acts: State, by_tables: State) -> dict[str, tuple[Any, Any]]:
    names = [each.name for each in fields(State)]
    pairs = {name: (getattr(by_acts, name), getattr(by_tables, name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
