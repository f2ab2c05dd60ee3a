"""What a user asks of a build: rules of single lineups and of the whole portfolio."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Comparison(StrEnum):
    """How many of a group a lineup may have."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    EXACTLY = "exactly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """At most, at least or exactly `count` of `players`. if_player: the rule holds only in lineups with that player."""

    players: frozenset[int]
    comparison: Comparison
    count: int
    if_player: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """At least `count` players of one team, and `opponents` of the team it plays.

    teams: the teams it may be of; empty: any team. positions: only players of these positions count; empty: all.
    """

    count: int
    opponents: int = 0
    teams: frozenset[str] = frozenset()
    positions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpposingPositions:
    """No lineup has a player of `positions` beside a player of `against` of the team that he plays."""

    positions: frozenset[str]
    against: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineupRules:
    """Rules that each lineup keeps.

    locks: players in every lineup. excludes: players in none. team_most, team_least: players of a team. min_salary:
    whole dollars. max_ownership: sum of the players' ownership. min_points: least projection of each player.
    """

    locks: frozenset[int] = frozenset()
    excludes: frozenset[int] = frozenset()
    groups: tuple[Group, ...] = ()
    stacks: tuple[Stack, ...] = ()
    opposing: tuple[OpposingPositions, ...] = ()
    team_most: Mapping[str, int] = field(default_factory=dict)
    team_least: Mapping[str, int] = field(default_factory=dict)
    min_salary: int | None = None
    max_ownership: Decimal | None = None
    min_points: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """In how many lineups of a portfolio a player is. least, most: counts, not shares."""

    least: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Randomness:
    """Each lineup is the best under its own draw.

    deviation: uniform, as a share of the projection (0.12: 12 percent); None: between each player's floor and ceiling.
    """

    deviation: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioRules:
    """What is asked of all lineups of a build together.

    count: lineups wanted. exposures: by player; a player who is missing may be in all. max_repeating: at most so many
    players are the same in two lineups; None: lineups only differ. taken: lineups of earlier builds (ids of players)
    that are not built again, and that max_repeating counts as well. seed: of every draw.
    """

    count: int
    exposures: Mapping[int, Exposure] = field(default_factory=dict)
    max_repeating: int | None = None
    taken: tuple[frozenset[int], ...] = ()
    randomness: Randomness | None = None
    seed: int = 0


def most_of(share: Decimal, count: int) -> int:
    """Return in how many of `count` lineups a player of maximal exposure `share` may be: at least 1.

    0.33 of 20 is 6. The document of the API shows counts, so that nobody has to know how a share is rounded.
    """
    return max(1, int(share * count))


def least_of(share: Decimal, count: int) -> int:
    """Return in how many of `count` lineups a player of minimal exposure `share` must be, rounded up."""
    exact = share * count
    return int(exact) + (exact != int(exact))
