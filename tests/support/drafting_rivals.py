"""Clients that pick in drafts at the same time, each from a process of its own: eager, out of turn, the same driver."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from pickvs.core.errors import DatabaseUnavailable, RequestError
from pickvs.fantasy.drafts import service
from pickvs.fantasy.drafts.requests import WantedPick
from pickvs.fantasy.leagues.access import Caller

REFUSALS = frozenset({"NOT_YOUR_TURN", "NOT_THIS_SLOT", "CONTESTANT_TAKEN", "PICKS_COMPLETE"})
"""What a client may be told that picks at the wrong moment, twice, or somebody who is taken."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A constructor, its owner, and the slots it has in its draft."""

    user: int
    constructor: int
    slots: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Client:
    """Picks for all seats in random order, again and again, until every one of them has all its picks."""

    number: int
    event: int
    pool: tuple[int, ...]
    seats: Sequence[Seat]

    def __call__(self) -> bool:
        random = Random(self.number)  # noqa: S311 - to be repeated
        left = list(self.seats)
        while left:
            seat = random.choice(left)
            if self._pick(random, seat) == "PICKS_COMPLETE":
                left.remove(seat)
        return True

    def _pick(self, random: Random, seat: Seat) -> str:
        expected = random.choice((None, *seat.slots))
        # The first of the pool are wanted by all.
        contestant = self.pool[min(random.randrange(len(self.pool)), random.randrange(len(self.pool)))]
        wanted = WantedPick(event_id=self.event, contestant_id=contestant, expected_slot=expected)
        try:
            made = service.make_pick(Caller(seat.user), seat.constructor, wanted)
        except RequestError as error:
            if error.code not in REFUSALS:
                raise
            return error.code
        except DatabaseUnavailable:
            return "again"
        if expected not in {None, made.slot} or made.slot not in seat.slots or made.contestant_id != contestant:
            raise AssertionError(f"{made} is not what was asked for: {wanted}")
        return "made"
