"""Rules of a lineup that are looked up in finished lineups, many at once."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.optimizer.counters import CountOf
from pickvs.dfs.optimizer.pool import Player
from pickvs.dfs.optimizer.rules import OpposingPositions, Stack

type Members = NDArray[np.int64]
"""The numbers of the players of lineups, one lineup a row."""

type Filter = Callable[[Members], NDArray[np.bool_]]
"""Tells for each lineup whether it keeps a rule."""

OWNERSHIP = 1_000_000
"""Units of an ownership of 1."""


def filter_of_spread(names: Sequence[str | None], least: int) -> Filter:
    """Return the filter of a spread over teams or games. names: each player's; None if he does not count."""
    codes = _codes(names)
    return lambda members: _distinct(codes[members]) >= least


def filter_of_count(rule: CountOf, players: int) -> Filter:
    """Return the filter of a group or of a team's limits."""
    inside = _flags(rule.players, players)
    most = players if rule.most is None else rule.most

    def keeps(members: Members) -> NDArray[np.bool_]:
        count = inside[members].sum(axis=1)
        kept: NDArray[np.bool_] = (count >= rule.least) & (count <= most)
        return kept if rule.condition is None else kept | ~(members == rule.condition).any(axis=1)

    return keeps


def filter_of_stack(stack: Stack, players: Sequence[Player]) -> Filter:
    """Return the filter of a stack of any of its teams."""
    counts = np.array([not stack.positions or bool(stack.positions & player.positions) for player in players])
    teams = _codes([player.team for player in players])
    games = _codes([player.game for player in players])
    may_be = np.array([not stack.teams or player.team in stack.teams for player in players])

    def keeps(members: Members) -> NDArray[np.bool_]:
        counting, team, game = counts[members], teams[members], games[members]
        mates = team[:, :, None] == team[:, None, :]
        rivals = (game[:, :, None] == game[:, None, :]) & ~mates
        own = (mates & counting[:, None, :]).sum(axis=2)
        opposing = (rivals & counting[:, None, :]).sum(axis=2)
        found = counting & may_be[members] & (own >= stack.count) & (opposing >= stack.opponents)
        return np.asarray(found.any(axis=1))

    return keeps


def filter_of_opposing(rule: OpposingPositions, players: Sequence[Player]) -> Filter:
    """Return the filter of positions that do not go together with an opponent's."""
    ones = np.array([bool(player.positions & rule.positions) for player in players])
    others = np.array([bool(player.positions & rule.against) for player in players])
    teams = _codes([player.team for player in players])
    games = _codes([player.game for player in players])

    def keeps(members: Members) -> NDArray[np.bool_]:
        team, game = teams[members], games[members]
        rivals = (game[:, :, None] == game[:, None, :]) & (team[:, :, None] != team[:, None, :])
        return np.asarray(~(rivals & ones[members][:, :, None] & others[members][:, None, :]).any(axis=(1, 2)))

    return keeps


def owned_of(players: Sequence[Player]) -> NDArray[np.int64]:
    """Return each player's ownership in millionths, 0 if the projection does not say; exact up to six decimals."""
    return np.array([round((player.ownership or Decimal()) * OWNERSHIP) for player in players], np.int64)


def filter_of_ownership(most: Decimal, players: Sequence[Player]) -> Filter:
    """Return the filter of the sum of the players' ownership."""
    owned, limit = owned_of(players), int(most * OWNERSHIP)
    return lambda members: np.asarray(owned[members].sum(axis=1) <= limit)


def _codes(names: Sequence[str | None]) -> NDArray[np.int64]:
    """Return a number for each name; -1 for None."""
    number = {name: code for code, name in enumerate(sorted({name for name in names if name is not None}))}
    return np.array([-1 if name is None else number[name] for name in names], np.int64)


def _flags(numbers: frozenset[int], size: int) -> NDArray[np.bool_]:
    flags = np.zeros(size, np.bool_)
    flags[list(numbers)] = True
    return flags


def _distinct(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many different codes each row has; -1 is none."""
    ordered = np.sort(codes, axis=1)
    return np.asarray((np.diff(ordered, axis=1) != 0).sum(axis=1) + (ordered[:, 0] >= 0))
