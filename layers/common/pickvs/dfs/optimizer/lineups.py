"""The best lineups of a pool, and lineups of choices as lineups of players in slots."""

from collections.abc import Sequence
from decimal import Decimal

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.optimizer.pool import Lineup, Player, Pool
from pickvs.dfs.optimizer.problem import Problem, Rosters, problem_of
from pickvs.dfs.optimizer.rules import LineupRules
from pickvs.dfs.optimizer.search import Search


def best_lineups(pool: Pool, rules: LineupRules, count: int) -> list[Lineup]:
    """Return the `count` lineups with the most points that keep the rules, the best first.

    There are fewer if fewer exist. Equal ones are in the order of their players in the search. Raises PoolError.
    """
    problem = problem_of(pool, rules)
    return lineups_of(problem, Search(problem).best(problem.points, count).rosters)


def lineups_of(problem: Problem, rosters: Rosters) -> list[Lineup]:
    """Return lineups of players in slots. Points are summed from the projections as they are stored."""
    return [_lineup(problem, roster) for roster in rosters.tolist()]


def _lineup(problem: Problem, roster: Sequence[int]) -> Lineup:
    players = [problem.players[problem.owner[choice]] for choice in roster]
    factors = [problem.factor[choice] for choice in roster]
    places = seats(problem.format, players, factors)
    return Lineup(
        players=tuple(players[place].id for place in places),
        points=sum((player.points * factor for player, factor in zip(players, factors, strict=True)), Decimal()),
        salary=sum(problem.dollars[choice] for choice in roster),
    )


def seats(game: Format, players: Sequence[Player], factors: Sequence[Decimal]) -> list[int]:
    """Return for each slot the number of the player in it, each player in a slot of his factor.

    Raises ValueError if the players do not fit.
    """
    seated: dict[int, int] = {}

    def seat(player: int, seen: set[int]) -> bool:
        for number, slot in enumerate(game.slots):
            if number in seen or slot.factor != factors[player] or slot.name not in players[player].slots:
                continue
            seen.add(number)
            if number not in seated or seat(seated[number], seen):
                seated[number] = player
                return True
        return False

    for player in range(len(players)):
        if not seat(player, set()):
            raise ValueError(f"The players do not fit the slots of {game.id}.")
    return [seated[number] for number in range(game.size)]
