"""The rules of a lineup beyond slots, salaries and locks: each as a filter, and as automata where that is possible."""

from collections.abc import Iterator
from dataclasses import dataclass

from pickvs.dfs.optimizer import filters
from pickvs.dfs.optimizer.counters import Counter, CountOf, groups_of, limits_of_teams, spread_of, stacks_of
from pickvs.dfs.optimizer.filters import Filter
from pickvs.dfs.optimizer.naming import RuleKind
from pickvs.dfs.optimizer.problem import Problem

_FEW = 3
"""Up to how many teams or games a spread over them is counted by an automaton."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """A rule of a lineup.

    automata: the rule is kept if one of them accepts; none: it can only be filtered. exact: it is an automaton from the
    start. rule: kind, and index or team, of the user's rule; None: it is the format's.
    """

    keeps: Filter
    automata: tuple[Counter, ...] = ()
    exact: bool = False
    rule: tuple[RuleKind, int | str | None] | None = None


def constraints_of(problem: Problem) -> list[Constraint]:
    """Return the constraints of the format and of the user that a lineup can break, those of the format first."""
    return [*_of_format(problem), *_of_rules(problem)]


def _of_format(problem: Problem) -> Iterator[Constraint]:
    game, players = problem.format, problem.players
    if game.min_games > 1:
        yield _spread([player.game for player in players], game.min_games)
    if game.min_teams > 1:
        spared = game.min_teams_except
        yield _spread([None if player.positions & spared else player.team for player in players], game.min_teams)
    if game.max_per_team is None:
        return
    for team in sorted({player.team for player in players}):
        own = frozenset(
            number
            for number, player in enumerate(players)
            if player.team == team and not player.positions & game.max_per_team_except
        )
        if len(own) > game.max_per_team:
            yield _count(CountOf(own, 0, game.max_per_team), len(players), exact=False)


def _spread(names: list[str | None] | list[str], least: int) -> Constraint:
    few = len({name for name in names if name is not None}) <= _FEW
    return Constraint(filters.filter_of_spread(names, least), (spread_of(names, least),) if few else (), exact=few)


def _count(
    rule: CountOf, players: int, *, exact: bool, named: tuple[RuleKind, int | str | None] | None = None
) -> Constraint:
    return Constraint(filters.filter_of_count(rule, players), (rule,), exact, named)


def _of_rules(problem: Problem) -> Iterator[Constraint]:
    rules, players = problem.rules, problem.players
    for index, group in enumerate(groups_of(rules, players)):
        yield _count(group, len(players), exact=True, named=(RuleKind.GROUP, index))
    for team, limit in limits_of_teams(rules, players):
        kind = RuleKind.TEAM_MOST if team in rules.team_most else RuleKind.TEAM_LEAST
        yield _count(limit, len(players), exact=True, named=(kind, team))
    for index, stack in enumerate(rules.stacks):
        automata = tuple(stacks_of(stack, players))
        yield Constraint(filters.filter_of_stack(stack, players), automata, len(automata) <= 1, (RuleKind.STACK, index))
    for index, opposing in enumerate(rules.opposing):
        yield Constraint(filters.filter_of_opposing(opposing, players), rule=(RuleKind.OPPOSING, index))
    if rules.max_ownership is not None:
        kept = filters.filter_of_ownership(rules.max_ownership, players)
        yield Constraint(kept, rule=(RuleKind.MAX_OWNERSHIP, None))
