"""What a run is made of, and what it says after each part of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pickvs.dfs.contests.runs.queries import LineupReturnRow
from pickvs.dfs.formats.rules import Format
from pickvs.dfs.simulation.payouts import Contest
from pickvs.dfs.simulation.rules import SimulatedPlayer


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A contest with a user's lineups. lineups: by number in their build, ids of players in the order of the slots."""

    contest: Contest
    game: Format
    players: Sequence[SimulatedPlayer]
    lineups: Mapping[int, Sequence[int]]
    trust: float
    seed: int
    wanted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a run says after `done` simulations. workings: with which it goes on, as JSON."""

    done: int
    result: Mapping[str, Any]
    workings: Mapping[str, Any]
    lineups: Sequence[LineupReturnRow]


class CannotSimulate(ValueError):
    """There is nothing to simulate. Its text says why, and what to do."""


type Engine = Callable[[Entered, Mapping[str, Any] | None], Iterator[Step]]
"""Goes on from stored workings, or begins without any. Raises CannotSimulate."""
