"""What a backtest keeps of each game: the result, the market, and each variant's distribution in a few numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pickvs.predictions.distributions.rules import Joint, Law
from pickvs.predictions.facts.rules import Line
from pickvs.predictions.measures.prices.rules import fair_home_win
from tools.backtest.games_table import Game

NO_MARKET: Final = "no-market"
PAST_LINES: Final = "past-lines"
WITH_LINE: Final = "with-line"
VARIANTS: Final = (NO_MARKET, PAST_LINES, WITH_LINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A law of whole points beside what happened.

    median: the point forecast, because the absolute error that it is judged by is least there. below, at: probabilities
    of less than the outcome and of just it. log_score in nats, crps in points.
    """

    median: float
    below: float
    at: float
    log_score: float
    crps: float

    @classmethod
    def of(cls, law: Law, points: int) -> "Judged":
        """Return a law's numbers at an outcome."""
        return cls(
            median=law.median,
            below=law.below(points),
            at=law.mass(points),
            log_score=law.log_score(points),
            crps=law.crps(points),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A distribution in the numbers that are judged.

    win: probability of a home win, given that it is no tie. covers, overs: by points beside the line, the probability
    that home covers or that both teams score more, given that it is no push, and whether it happened (None: a push);
    empty for games without that line. A joint distribution has two tables of hundreds of numbers, which nobody keeps
    for fifty thousand forecasts.
    """

    win: float
    margin: Judged
    total: Judged
    covers: Mapping[int, tuple[float, bool | None]] = field(default_factory=dict)
    overs: Mapping[int, tuple[float, bool | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One game of the backtest.

    elo: its raw probability of a home win. elo_recalibrated, spread: probabilities by a logistic that was fitted on the
    seasons before, of Elo's and of the closing spread. market: of the closing moneylines, without the margin. None
    where a game has no such number. market_margin: the margin that the close expects, in points. seen: by variant.
    challenger: the boosted challenger of no-market.
    """

    game: Game
    elo: float
    elo_recalibrated: float | None
    market: float | None
    spread: float | None
    market_margin: float | None
    is_early: bool
    seen: Mapping[str, Seen]
    challenger: Seen | None = None

    @property
    def has_won(self) -> bool:
        """Whether the home team won."""
        return self.game.result.margin > 0

    @property
    def year(self) -> int:
        """The season, by the year in which it ends."""
        return self.game.year

    @property
    def line(self) -> Line:
        """The closing line; empty if there was none."""
        return self.game.line or Line()


COVER_OFFSETS, OVER_OFFSETS = (-4, 0, 4), (0, 8)
"""Points beside the line at which probabilities of covering and of going over are judged."""


def seen(joint: Joint, game: Game) -> Seen:
    """Return the numbers of a game's distribution. The distribution's own tables are not kept."""
    joint = replace(joint)  # one without the tables of the other, and whose tables end with this function
    result, line = game.result, game.line or Line()
    decided = 1 - joint.tie()
    covers, overs = {}, {}
    if line.spread is not None:
        for offset in COVER_OFFSETS:
            spread = line.spread + offset
            covers[offset] = _decided(joint.cover(spread), result.margin + spread)
    if line.total is not None:
        for offset in OVER_OFFSETS:
            total = line.total + offset
            overs[offset] = _decided(joint.over(total), result.total - total)
    return Seen(
        win=joint.win() / decided,
        margin=Judged.of(joint.margin, result.margin),
        total=Judged.of(joint.total, result.total),
        covers=covers,
        overs=overs,
    )


def _decided(probabilities: tuple[float, float], beyond: float) -> tuple[float, bool | None]:
    happened, push = probabilities
    return (happened / (1 - push) if push < 1 else 0.5), (None if beyond == 0 else beyond > 0)


def market(game: Game) -> float | None:
    """Return the probability of a home win by the closing moneylines."""
    return fair_home_win(game.line) if game.line is not None else None
