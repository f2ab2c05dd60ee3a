"""What a simulation believes, in the form that `judging` compares with what happened."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.simulation.judging import INTERVALS, QUANTILES, Belief, rank_of
from pickvs.dfs.simulation.lineups import Lineups, columns, unit_scale
from pickvs.dfs.simulation.outcomes import Outcomes
from pickvs.dfs.simulation.rules import BLOCK


def beliefs(outcomes: Outcomes) -> dict[int, Belief]:
    """Return what is believed of each player with a projection, by id."""
    probabilities = [side for each in INTERVALS for side in ((1 - each) / 2, (1 + each) / 2)]
    bounds = outcomes.quantiles(probabilities)
    zeros = outcomes.at_most(np.zeros(len(outcomes.players)))
    return {
        player.id: Belief(
            mean=float(outcomes.means[place]),
            deviation=float(outcomes.deviations[place]),
            zero=float(zeros[place]),
            intervals=tuple(
                (float(bounds[2 * each][place]), float(bounds[2 * each + 1][place])) for each in range(len(INTERVALS))
            ),
        )
        for place, player in enumerate(outcomes.players)
        if player.points > 0
    }


def field_quantiles(
    outcomes: Outcomes, contest_format: Format, lineups: Lineups, simulations: int
) -> list[Counter[int]]:
    """Return for each of `QUANTILES` of the field how many simulations had it in each whole point, rounded down.

    simulations is rounded up to whole blocks.
    """
    factors = columns(lineups, contest_format, len(outcomes.players))
    unit = outcomes.unit / unit_scale(contest_format)
    counts: list[Counter[int]] = [Counter() for _ in QUANTILES]
    for block in range(-(-simulations // BLOCK)):
        count_quantiles(counts, np.sort(outcomes.draw(block) @ factors, axis=1), unit)
    return counts


def count_quantiles(counts: Sequence[Counter[int]], ordered: NDArray[np.float32], unit: float) -> None:
    """Add the quantiles of each row of `ordered`, which ascends, to the counts of whole points. unit: in points."""
    for quantile, counted in zip(QUANTILES, counts, strict=True):
        column = ordered[:, rank_of(quantile, ordered.shape[1])].astype(np.float64)
        # A product such as 0.3 x 10 may fall short of a whole point.
        counted.update(np.floor(column * unit + 1e-6).astype(int).tolist())
