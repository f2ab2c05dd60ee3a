"""What betting on a variant's edges would have brought at the close, and what luck would have. Nothing is tuned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pickvs.predictions.measures.calibration.rules import expected_calibration_error, reliability
from pickvs.predictions.measures.prices.rules import STANDARD_PRICE, Bet, Profit, implied, profit
from pickvs.predictions.measures.rules import mean, scores
from tools.backtest.rows import Row

EDGES = (0.0, 0.02, 0.04, 0.06, 0.08, 0.10)
"""The x of the rule: bet where the model's probability exceeds the one that the price implies by more than x."""
COIN = 0.5
CONFIDENT = 0.55


@dataclass(frozen=True, slots=True, kw_only=True)
class Covering:
    """A variant's probabilities of covering the market's spread (or of its total going over), judged.

    confident: bets at the standard price on the side that has more than 55 %.
    """

    name: str
    offset: int
    count: int
    log_loss: float
    calibration_error: float
    confident: Profit


type Offered = tuple[float, Bet]
"""By how much a probability exceeds the one that the price implies, and the bet of one unit on it."""


def moneyline_bets(rows: Sequence[Row], variant: str) -> list[Offered]:
    """Return the bets with an edge at the recorded moneylines. Luck wins as often as the market says."""
    bets = []
    for row in rows:
        line, fair = row.line, row.market
        if fair is None or line.home_moneyline is None or line.away_moneyline is None or variant not in row.seen:
            continue
        home = row.seen[variant].win
        result = row.game.result.margin
        for price, ours, market, side in (
            (line.home_moneyline, home, fair, 1),
            (line.away_moneyline, 1 - home, 1 - fair, -1),
        ):
            excess = ours - implied(price)
            if excess > 0:
                won = None if result == 0 else result * side > 0
                bets.append((excess, Bet(price, has_won=won, probability=market)))
    return bets


def line_bets(rows: Sequence[Row], variant: str, *, market: str) -> list[Offered]:
    """Return the bets with an edge on spreads or totals ("covers", "overs") at -110. Luck wins half of them."""
    bets = []
    needed = implied(STANDARD_PRICE)
    for row in rows:
        if variant in row.seen and 0 in (lines := getattr(row.seen[variant], market)):
            probability, happened = lines[0]
            for ours, is_first in ((probability, True), (1 - probability, False)):
                if ours > needed:
                    won = None if happened is None else happened == is_first
                    bets.append((ours - needed, Bet(STANDARD_PRICE, has_won=won, probability=COIN)))
    return bets


def profits(rows: Sequence[Row], variant: str) -> Mapping[str, list[Profit]]:
    """Return what the rule brought, by market, for each of EDGES."""
    offered = {
        "spread at -110": line_bets(rows, variant, market="covers"),
        "total at -110": line_bets(rows, variant, market="overs"),
        "recorded moneyline": moneyline_bets(rows, variant),
    }
    return {
        market: [profit([bet for excess, bet in bets if excess > edge]) for edge in EDGES]
        for market, bets in offered.items()
    }


def covering(rows: Sequence[Row], variant: str, offset: int, *, market: str) -> Covering | None:
    """Return the judgement of a variant's probabilities at the market's line and so many points beside it.

    None without such a game.
    """
    pairs = [
        (probability, happened)
        for row in rows
        if variant in row.seen
        for probability, happened in [getattr(row.seen[variant], market).get(offset, (COIN, None))]
        if happened is not None
    ]
    if not pairs:
        return None
    probabilities, happened = [each for each, _ in pairs], [each for _, each in pairs]
    confident = [
        Bet(STANDARD_PRICE, has_won=(probability > COIN) == result, probability=COIN)
        for probability, result in pairs
        if max(probability, 1 - probability) > CONFIDENT
    ]
    return Covering(
        name=variant,
        offset=offset,
        count=len(pairs),
        log_loss=scores(probabilities, happened).log_loss.value,
        calibration_error=expected_calibration_error(reliability(probabilities, happened)),
        confident=profit(confident),
    )


def distance_to_line(rows: Sequence[Row], variant: str) -> float | None:
    """Return the mean absolute distance of the variant's margin from the market's, in points; None without a game."""
    found = mean(
        [
            abs(row.seen[variant].margin.median - row.market_margin)
            for row in rows
            if variant in row.seen and row.market_margin is not None
        ]
    )
    return found.value if found.count else None
