"""The slots of a draft. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from pickvs.fantasy.leagues.rules import Method


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the order of a draft. number: from 1. round: from 1."""

    number: int
    round: int
    constructor: int


def slots_of(order: Sequence[int], rounds: int, method: Method) -> tuple[Slot, ...]:
    """Return the slots of a draft in which each constructor of `order` picks once a round.

    snake: every second round runs backward, so whoever is last in a round picks twice running.
    """
    turns = (
        (number_of_round, constructor)
        for number_of_round in range(1, rounds + 1)
        for constructor in (order if method == "sequential" or number_of_round % 2 else reversed(order))
    )
    return tuple(Slot(number, *turn) for number, turn in enumerate(turns, 1))
