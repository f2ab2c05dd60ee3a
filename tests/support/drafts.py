"""A draft held in memory: its log, as it would be stored, and the queues beside it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pickvs.fantasy.drafts.acts import Act, Entrant, Entry
from pickvs.fantasy.drafts.clock import Hours
from pickvs.fantasy.drafts.commands import Code, Command, Facts, Opening, Outcome, Queue, Refusal, SetQueue, Tick
from pickvs.fantasy.drafts.evolving import replay
from pickvs.fantasy.drafts.log import read, written
from pickvs.fantasy.drafts.rules import decide, plan
from pickvs.fantasy.drafts.state import State, Terms

OPENS = datetime(2024, 7, 1, 12, tzinfo=UTC)
LOCK = datetime(2024, 7, 5, 14, tzinfo=UTC)
ALWAYS = Hours(ZoneInfo("UTC"), None)
TERMS = Terms(
    rounds=2,
    method="snake",
    hours=ALWAYS,
    on_expiry="autopick",
    at_lock="autopick",
    auto_after_misses=2,
    replacement="inherit",
    free_swaps=0,
)


class Room:
    """A draft room. order: its constructors. The pool has the contestants 1 to `pool`, best ranked first.

    Every command is judged on a state that the stored log leads to, and must lead to the same state as its acts do.
    """

    def __init__(
        self,
        order: Sequence[int] = (11, 12, 13),
        pool: int = 10,
        *,
        clock: int | None = 3600,
        lock_at: datetime = LOCK,
        **terms: Any,
    ) -> None:
        self.terms = replace(TERMS, **terms)
        self.queues: dict[int, Queue] = {}
        self.opening: Opening | None = Opening(tuple(Entrant(each) for each in order), tuple(range(1, pool + 1)))
        self.log: list[str] = []
        self._keep(plan(self.terms, OPENS, lock_at, clock, OPENS - timedelta(days=3)))

    @property
    def facts(self) -> Facts:
        return Facts(self.queues, self.opening)

    @property
    def acts(self) -> list[Act]:
        return [_read(line).act for line in self.log]

    @property
    def picks(self) -> dict[int, int]:
        return {slot: pick.contestant for slot, pick in sorted(self.state.picks.items())}

    def do(self, command: Command, at: datetime, by: int | None = None) -> Refusal | None:
        """Carry out a command, and return why it was refused, if it was."""
        outcome = decide(self.state, command, self.facts, at, by)
        if isinstance(command, SetQueue):
            self.queues[command.constructor] = command.queue
        self._keep(outcome)
        return outcome.refusal

    def tick(self, at: datetime) -> list[Act]:
        """Do what is due, and return the acts of it."""
        before = len(self.log)
        assert self.do(Tick(), at) is None
        return self.acts[before:]

    def _keep(self, outcome: Outcome) -> None:
        self.log += [_written(entry) for entry in outcome.entries]
        self.state: State = replay(self.terms, map(_read, self.log))
        assert self.state == outcome.state


def opened(order: Sequence[int] = (11, 12, 13), pool: int = 10, **settings: Any) -> Room:
    """Return a room whose window has just opened."""
    room = Room(order, pool, **settings)
    room.tick(OPENS)
    return room


def code(refusal: Refusal | None) -> Code | None:
    """Return the code of a refusal, if it is one."""
    return None if refusal is None else refusal.code


def _written(entry: Entry) -> str:
    kind, payload = written(entry.act)
    return json.dumps([entry.seq, entry.at.isoformat(), entry.by, kind, payload])


def _read(line: str) -> Entry:
    seq, at, by, kind, payload = json.loads(line)
    return Entry(seq, datetime.fromisoformat(at), by, read(kind, payload))
