"""What a player is projected at: his minutes times what he does in a minute. Pure.

The forecasts that go in know who was out when they were made. Who has been ruled out since leaves his minutes to his
teammates, in proportion to theirs; who has come back takes them. The line moves what a team scores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pickvs.dfs.projections.rules import Projection
from pickvs.dfs.projections.simulating.scoring import Scoring, fantasy_points
from pickvs.dfs.simulation.rules import Model, spread

MOST_MINUTES = 42.0
"""Most minutes that somebody gets from others. Who is forecast at more keeps them."""
_LEAST_SHARE, _MOST_SHARE = 0.6, 1.6
"""Bounds of what is made of a player's minutes when others are out or back."""
_LEAST_FACTOR, _MOST_FACTOR = 0.85, 1.15
"""Bounds of what a line makes of a team's scoring: a larger difference says that one of the two is of another game."""
SCORED = frozenset({"points", "threes_made", "assists"})
"""Statistics that move with a team's points. That the others do not is a choice, not measured."""
_ROUNDS = 4
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A player of the slate with his forecast, given that he plays.

    player: the slate's number. was_counted: whether the forecasts of his teammates took him as present. plays:
    probability that he plays, as is known now. minutes, means, dispersions: as in predictions.
    """

    player: int
    team: str
    was_counted: bool
    plays: float
    minutes: float
    means: Mapping[str, float]
    dispersions: Mapping[str, float]


def shared_minutes(team: Sequence[Expected]) -> dict[int, float]:
    """Return the minutes of each player of one team if he plays, with those of who is out shared among who is not.

    Expected minutes stay those of the forecasts, as far as the bounds of each player's share let them.
    """
    minutes = {each.player: each.minutes for each in team}
    left = sum(each.minutes * (each.was_counted - each.plays) for each in team)
    for _ in range(_ROUNDS):
        free = [each for each in team if each.plays > 0 and not _at_bound(each, minutes[each.player], left)]
        whole = sum(each.plays * each.minutes for each in free)
        if whole <= 0 or left == 0:
            break
        before = dict(minutes)
        for each in free:
            wanted = minutes[each.player] + left / whole * each.minutes
            minutes[each.player] = min(max(wanted, _LEAST_SHARE * each.minutes), _most(each))
        left -= sum(each.plays * (minutes[each.player] - before[each.player]) for each in free)
    return minutes


def line_factor(spread_of_team: float, total: float, expected: float) -> float:
    """Return what a line makes of a team's scoring.

    spread_of_team: points that the team is given; -4.5 means that it is favoured by 4.5. expected: points that the
    forecast without a line expects of it, above 0. By the line it scores half of the total less the spread.
    """
    return min(max((total - spread_of_team) / 2 / expected, _LEAST_FACTOR), _MOST_FACTOR)


def projected(
    players: Sequence[Expected], factors: Mapping[str, float], scoring: Scoring, model: Model
) -> list[Projection]:
    """Return the projections of the players, by player. factors: of teams with a line, see `line_factor`.

    Who does not play is projected at 0. Floor and ceiling are the points below which a tenth and nine tenths fall.
    """
    teams: dict[str, list[Expected]] = {}
    for each in players:
        teams.setdefault(each.team, []).append(each)
    minutes = {player: value for team in teams.values() for player, value in shared_minutes(team).items()}
    return [
        _projection(each, minutes[each.player], factors.get(each.team, 1.0), scoring, model)
        for each in sorted(players, key=lambda each: each.player)
    ]


def _projection(each: Expected, minutes: float, factor: float, scoring: Scoring, model: Model) -> Projection:
    if each.plays == 0 or each.minutes <= 0:
        return Projection(player=each.player, points=Decimal(0), minutes=Decimal(0))
    share = minutes / each.minutes
    means = {name: mean * share * (factor if name in SCORED else 1.0) for name, mean in each.means.items()}
    points = max(fantasy_points(scoring, means, each.dispersions), 0.0)
    deviation, low, high = spread(model, points)
    return Projection(
        player=each.player,
        points=_rounded(points),
        deviation=_rounded(deviation),
        floor=_rounded(low),
        ceiling=_rounded(high),
        minutes=_rounded(minutes),
    )


def _most(each: Expected) -> float:
    return max(min(_MOST_SHARE * each.minutes, MOST_MINUTES), each.minutes)


def _at_bound(each: Expected, minutes: float, left: float) -> bool:
    return minutes >= _most(each) if left > 0 else minutes <= _LEAST_SHARE * each.minutes


def _rounded(value: float) -> Decimal:
    return Decimal(value).quantize(_CENT)
