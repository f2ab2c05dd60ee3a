"""Prizes of many places at once."""

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.simulation.payouts import Contest


class Prizes:
    """Prizes by range of places, for arrays of places at once."""

    def __init__(self, contest: Contest) -> None:
        """Sum the payouts up from place 1."""
        places = np.zeros(contest.size + 1)
        for each in contest.payouts:
            places[each.first : each.last + 1] = each.cents
        self._up_to = np.cumsum(places)
        self._places = np.append(places[1:], 0.0)

    def shared(self, above: NDArray[np.float64], width: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each entry of a tie gets: the mean prize of the `width` places below `above` better entries.

        Both may have fractions: an entry that stands for several places has a share of each.
        """
        return (self._sum(above + width) - self._sum(above)) / width

    def _sum(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        whole = np.minimum(places.astype(np.int64), len(self._places) - 1)
        up_to: NDArray[np.float64] = self._up_to[whole] + (places - whole) * self._places[whole]
        return up_to
