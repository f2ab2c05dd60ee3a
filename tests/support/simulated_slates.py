"""Slates of our own making for simulations: players of every position of a format, with salaries and projections."""

import random

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.simulation.rules import SimulatedPlayer

_CHEAPEST, _DEAREST = 0.35, 2.0
"""Of an equal part of the cap."""


def slate(
    form: Format, *, games: int = 4, a_side: int = 9, seed: int = 1, ownership: bool = True
) -> list[SimulatedPlayer]:
    """Return the players of both sides of each game. Salaries are multiples of the format's grid."""
    chance = random.Random(seed)  # noqa: S311
    positions = [slot.positions for slot in form.slots]
    players: list[SimulatedPlayer] = []
    for game in range(games):
        for side in range(2):
            for number in range(a_side):
                position = chance.choice(sorted(positions[number % len(positions)]))
                part = _CHEAPEST + (_DEAREST - _CHEAPEST) * chance.betavariate(1.3, 2.2)
                salary = round(part * form.cap / form.size / 100) * 100
                points = max(1.0, salary / 200 + chance.gauss(0, 4))
                players.append(
                    SimulatedPlayer(
                        id=1_000 + len(players),
                        team=f"T{2 * game + side}",
                        game=f"G{game}",
                        positions=frozenset({position}),
                        salary=salary,
                        points=round(points, 2),
                        field_points=round(max(1.0, points + chance.gauss(0, 2)), 2),
                        deviation=round(chance.uniform(4, 15), 2),
                        ownership=round(chance.betavariate(1, 6), 4) if ownership else None,
                    )
                )
    return players
