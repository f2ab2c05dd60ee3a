"""Rules of a lineup as small automata that count its players. Exact and cheap for a few rules at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pickvs.dfs.optimizer.pool import Player
from pickvs.dfs.optimizer.rules import Comparison, Group, LineupRules, Stack

BROKEN = -1
"""The state of a rule that no further player can repair."""


class Counter(Protocol):
    """A rule that sees the players of a lineup one after the other. States are whole numbers from 0."""

    def touches(self, player: int) -> bool:
        """Return whether taking the player can change the state."""
        ...

    def take(self, state: int, player: int) -> int:
        """Return the state after the player is taken; BROKEN if the rule can no longer be kept."""
        ...

    def accepts(self, state: int) -> bool:
        """Return whether a complete lineup in this state keeps the rule."""
        ...


@dataclass(frozen=True, slots=True)
class CountOf:
    """Between `least` and `most` of `players` (None: any number); only in lineups with `condition`, if there is one.

    The state is twice the count, at most one more than matters, plus 1 if `condition` is in the lineup.
    """

    players: frozenset[int]
    least: int
    most: int | None
    condition: int | None = None

    def touches(self, player: int) -> bool:
        """Return whether the player counts or is the condition."""
        return player in self.players or player == self.condition

    def take(self, state: int, player: int) -> int:
        """Return the state after the player is taken."""
        count, applies = state >> 1, (state & 1) or player == self.condition
        if player in self.players:
            count = min(count + 1, self.least if self.most is None else self.most + 1)
        if self._exceeded(count) and (applies or self.condition is None):
            return BROKEN
        return count << 1 | applies

    def accepts(self, state: int) -> bool:
        """Return whether the count is right or the condition is missing."""
        count = state >> 1
        kept = count >= self.least and not self._exceeded(count)
        return kept or not (self.condition is None or state & 1)

    def _exceeded(self, count: int) -> bool:
        return self.most is not None and count > self.most


@dataclass(frozen=True, slots=True)
class StackOf:
    """At least `count` of `own` and `opponents` of `opposing`. The state is one number of the two counts."""

    own: frozenset[int]
    opposing: frozenset[int]
    count: int
    opponents: int

    def touches(self, player: int) -> bool:
        """Return whether the player counts."""
        return player in self.own or player in self.opposing

    def take(self, state: int, player: int) -> int:
        """Return the state after the player is taken."""
        own, opposing = divmod(state, self.opponents + 1)
        if player in self.own:
            own = min(own + 1, self.count)
        else:
            opposing = min(opposing + 1, self.opponents)
        return own * (self.opponents + 1) + opposing

    def accepts(self, state: int) -> bool:
        """Return whether both counts are reached."""
        return state == (self.count + 1) * (self.opponents + 1) - 1


@dataclass(frozen=True, slots=True)
class SpreadOf:
    """Players of at least `least` teams, or games. bit: of each player's team; 0 if he does not count.

    The state is the bits of the teams that are in.
    """

    bit: tuple[int, ...]
    least: int

    def touches(self, player: int) -> bool:
        """Return whether the player's team counts."""
        return self.bit[player] != 0

    def take(self, state: int, player: int) -> int:
        """Return the state after the player is taken."""
        return state | self.bit[player]

    def accepts(self, state: int) -> bool:
        """Return whether enough teams are in."""
        return state.bit_count() >= self.least


def counter_of_group(group: Group, numbers: Mapping[int, int]) -> CountOf:
    """Return the automaton of a group. A condition that is not in the pool never holds."""
    least = group.count if group.comparison is not Comparison.AT_MOST else 0
    most = group.count if group.comparison is not Comparison.AT_LEAST else None
    condition = None if group.if_player is None else numbers.get(group.if_player, BROKEN)
    return CountOf(frozenset(numbers[each] for each in group.players if each in numbers), least, most, condition)


def groups_of(rules: LineupRules, players: tuple[Player, ...]) -> Iterator[CountOf]:
    """Yield the automata of the groups."""
    numbers = {player.id: number for number, player in enumerate(players)}
    for group in rules.groups:
        yield counter_of_group(group, numbers)


def limits_of_teams(rules: LineupRules, players: tuple[Player, ...]) -> Iterator[tuple[str, CountOf]]:
    """Yield each team that has limits with the automaton of these."""
    for team in sorted(rules.team_most.keys() | rules.team_least.keys()):
        own = frozenset(number for number, player in enumerate(players) if player.team == team)
        yield team, CountOf(own, rules.team_least.get(team, 0), rules.team_most.get(team))


def stacks_of(stack: Stack, players: tuple[Player, ...]) -> Iterator[StackOf]:
    """Yield the automaton of a stack for each team that it may be of and that has enough players."""
    counting = [
        (number, player)
        for number, player in enumerate(players)
        if not stack.positions or stack.positions & player.positions
    ]
    for team, game in sorted({(player.team, player.game) for _, player in counting}):
        own = frozenset(number for number, player in counting if player.team == team)
        opposing = frozenset(number for number, player in counting if player.game == game and player.team != team)
        if (not stack.teams or team in stack.teams) and len(own) >= stack.count and len(opposing) >= stack.opponents:
            yield StackOf(own, opposing, stack.count, stack.opponents)


def spread_of(names: Sequence[str | None], least: int) -> SpreadOf:
    """Return the automaton of a spread over teams or games. names: each player's; None if he does not count."""
    different = sorted({name for name in names if name is not None})
    bits = {name: 1 << number for number, name in enumerate(different)}
    return SpreadOf(tuple(0 if name is None else bits[name] for name in names), least)
