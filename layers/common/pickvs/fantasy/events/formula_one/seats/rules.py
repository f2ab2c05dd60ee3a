"""Who scores for a driver that was drafted and is not entered. Pure.

A seat is a team's car. A driver who is not entered gives way to whoever has his seat. If that one was in the pool, he
has a holder of his own, so the seat he left is followed in turn: until a driver who was not in the pool, or nobody.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Substitution:
    """Who scores for a drafted driver. scores_as: None for nobody, which is 0 points."""

    drafted: int
    scores_as: int | None


@dataclass(frozen=True, slots=True)
class Unclear:
    """A drafted driver whose seat may have gone to one of several. An administrator decides."""

    drafted: int
    team: str
    left: tuple[int, ...]
    came: tuple[int, ...]


def substitutions(pool: Mapping[int, str], entered: Mapping[int, str]) -> tuple[Substitution | Unclear, ...]:
    """Return who scores for each driver of the pool who is not entered, in the order of their ids.

    pool: teams by contestant, when the draft opened; empty for whoever was expected in a car that was not known.
    entered: likewise, at the first session that scores, with their teams. A driver who is entered for another team is
    the same driver, and scores himself.
    """
    return tuple(_followed(driver, pool, entered) for driver in sorted(pool.keys() - entered.keys()))


def _followed(drafted: int, pool: Mapping[int, str], entered: Mapping[int, str]) -> Substitution | Unclear:
    seat, seen = drafted, {drafted}
    while True:
        team = pool[seat]
        if not team:
            return _of_unknown(drafted, pool, entered)
        left = _of(team, pool) - _of(team, entered)
        came = _of(team, entered) - _of(team, pool)
        if not came:
            return Substitution(drafted, None)
        if len(left) != 1 or len(came) != 1:
            return Unclear(drafted, team, tuple(sorted(left)), tuple(sorted(came)))
        (successor,) = came
        if successor not in pool:
            return Substitution(drafted, successor)
        if successor in seen:
            return Unclear(drafted, team, tuple(sorted(left)), tuple(sorted(came)))
        seat = successor
        seen.add(seat)


def _of_unknown(drafted: int, pool: Mapping[int, str], entered: Mapping[int, str]) -> Substitution | Unclear:
    """Return who scores for a driver whose car was not known: nobody if nobody else came, else it is unclear."""
    came = entered.keys() - pool.keys()
    if not came:
        return Substitution(drafted, None)
    return Unclear(drafted, "", tuple(sorted(pool.keys() - entered.keys())), tuple(sorted(came)))


def _of(team: str, teams: Mapping[int, str]) -> Set[int]:
    return {driver for driver, own in teams.items() if own == team}
