"""The order in which constructors draft for an event. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pickvs.fantasy.leagues.rules import OrderBy
from pickvs.fantasy.leagues.seeds import base_order, random_order


class NotAPermutation(ValueError):
    """An order names a constructor twice, or leaves one out, or names one that is not in the draft."""


@dataclass(frozen=True, slots=True)
class Past:
    """What the order of a draft follows from.

    previous: order of the last draft that was held, first to last; empty before the first one. A void draft was not
    held. ranks: rank of constructors on the board before the draft, 1 is the leader. manual: order set by the
    commissioner for this draft, if any.
    """

    previous: Sequence[int] = ()
    ranks: Mapping[int, int] = field(default_factory=dict)
    manual: Sequence[int] | None = None


def order_of(by: OrderBy, seed: bytes, event: int, constructors: Sequence[int], past: Past) -> list[int]:
    """Return the order of a draft, first to last.

    constructors: those that take part, in the order in which they joined; not the retired. Before the first draft the
    order is the base order, or the one drawn for the event. Constructors that were in no draft before come last, in the
    order in which they joined, whatever the strategy. Raises NotAPermutation for a manual order of other constructors.
    """
    if past.manual is not None:
        return checked(past.manual, constructors)
    if not past.previous:
        return random_order(seed, event, constructors) if by == "random" else base_order(seed, constructors)
    known = set(past.previous)
    veterans = [each for each in constructors if each in known]
    newcomers = [each for each in constructors if each not in known]
    return [*_of_veterans(by, seed, event, veterans, past), *newcomers]


def checked(order: Sequence[int], constructors: Collection[int]) -> list[int]:
    """Return an order as it is. Raises NotAPermutation if it does not name each constructor once."""
    if len(order) != len(set(order)) or set(order) != set(constructors):
        raise NotAPermutation("an order names each constructor of the draft once")
    return list(order)


def rotated(previous: Sequence[int], constructors: Collection[int]) -> list[int]:
    """Return those of the previous order that still take part, with the last of them moved to the front.

    The retired leave before the order turns: otherwise a first one would be first again when the last one has retired.
    """
    remaining = [each for each in previous if each in constructors]
    return remaining[-1:] + remaining[:-1]


def _of_veterans(by: OrderBy, seed: bytes, event: int, veterans: Sequence[int], past: Past) -> list[int]:
    if by == "random":
        return random_order(seed, event, veterans)
    if by in {"standings", "reverse_standings"}:
        # Ties by the base order in both directions: sorted() is stable, and a reversed base order would not be.
        last = max(past.ranks.values(), default=0) + 1
        sign = 1 if by == "standings" else -1
        return sorted(base_order(seed, veterans), key=lambda each: sign * past.ranks.get(each, last))
    return rotated(past.previous, set(veterans))
