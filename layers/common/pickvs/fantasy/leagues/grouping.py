"""The groups of a league that one draft cannot hold. Pure.

Each group has a draft of its own for each event, in which a contestant goes once. The groups share one board. They are
drawn at the league's start and stay for the season.
"""

from collections.abc import Mapping, Sequence

from pickvs.fantasy.leagues.rules import FEWEST


class PoolTooSmall(ValueError):
    """The pool cannot give every constructor of any group its picks."""


def split(base_order: Sequence[int], most: int) -> list[list[int]]:
    """Return the groups of a league: the fewest possible, of sizes that differ by at most one, larger ones first.

    base_order: the constructors as drawn. Each group is a stretch of it. most: see rules.capacity.
    Raises PoolTooSmall if a group of `most` would have no draft.
    """
    _check(most)
    count = -(-len(base_order) // most)
    groups, start = [], 0
    for number in range(count):
        size = len(base_order) // count + (number < len(base_order) % count)
        groups.append(list(base_order[start : start + size]))
        start += size
    return groups


def group_of_newcomer(sizes: Mapping[int, int], most: int) -> int | None:
    """Return the number of the group that takes a constructor that joins a running league. None if all are full.

    sizes: constructors by group, without the retired. It is the smallest group, and of several the one with the lowest
    number. Raises PoolTooSmall as `split` does.
    """
    _check(most)
    size, number = min((size, number) for number, size in sizes.items())
    return number if size < most else None


def _check(most: int) -> None:
    if most < FEWEST:
        raise PoolTooSmall(
            f"the pool gives picks to {most} constructors of a draft; {FEWEST} are needed: ask fewer rounds"
        )
