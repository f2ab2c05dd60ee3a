"""Public yardsticks, fitted as the models are: before each season, on the seasons before it."""

from collections.abc import Sequence

from pickvs.predictions.measures.calibration.rules import fit_logistic
from tools.backtest.games_table import Game


def by_season(games: Sequence[Game], x: Sequence[float | None]) -> list[float | None]:
    """Return the probability of a home win by a logistic of x, fitted on all earlier seasons of the table.

    None where x is, and in a season before which nothing can be fitted. games: in the order of their days. Ties teach
    nothing.
    """
    found: list[float | None] = []
    for year in sorted({game.year for game in games}):
        past = [
            (value, game.result.margin > 0)
            for game, value in zip(games, x, strict=True)
            if game.year < year and value is not None and game.result.margin
        ]
        try:
            fit = fit_logistic([value for value, _ in past], [won for _, won in past])
        except ValueError:
            fit = None
        found += [
            fit(value) if fit is not None and value is not None else None
            for game, value in zip(games, x, strict=True)
            if game.year == year
        ]
    return found
