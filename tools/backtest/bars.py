"""The bars that the models are held to, and which of them this run met. A bar on seasons holds on those alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tools.backtest.figures import (
    ELO_RECALIBRATED,
    MARKET,
    SPREAD,
    Distance,
    Judgement,
    Shape,
    distances,
    gap,
    judge,
    shapes,
)
from tools.backtest.rows import NO_MARKET, PAST_LINES, VARIANTS, WITH_LINE, Row

SPORT = "basketball_nba"
"""The only sport that has bars; the others must run."""
FIRST, LAST = 2011, 2023
PRICED = 15_870
"""Games of these seasons that have usable moneylines in the table of which the bars were stated."""
HELD_OUT = (2024, 2025)
MANY = 8_000
"""Games from which on a figure that names no seasons says enough."""


class State(StrEnum):
    """What a bar says of a run. Suspicious: better than can be true."""

    MET = "met"
    MISSED = "missed"
    SUSPICIOUS = "suspicious"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what is measured, what is wanted, what was found, and what that says."""

    name: str
    wanted: str
    found: str
    state: State


def game_bars(rows: Sequence[Row], sport: str) -> list[Bar]:
    """Return the bars of games, in the order of their statement."""
    main = [row for row in rows if FIRST <= row.year <= LAST]
    is_main = (
        sport == SPORT
        and {row.year for row in main} == set(range(FIRST, LAST + 1))
        and abs(sum(row.market is not None for row in main) - PRICED) <= PRICED // 100
    )
    is_many = sport == SPORT and sum(row.market is not None for row in rows) >= MANY
    priced = [row for row in main if row.market is not None]
    held_out = [row for row in rows if row.year in HELD_OUT]
    return [
        *_losses(priced, is_main=is_main),
        *_pairs([row for row in rows if row.market is not None], is_many=is_many),
        *_calibration(priced, is_main=is_main),
        *_points(main, is_main=is_main),
        *_laws(main, is_main=is_main),
        *_held_out(held_out, applies=sport == SPORT and {row.year for row in held_out} == set(HELD_OUT)),
    ]


def at_most(name: str, found: float | None, limit: float, *, digits: int = 4, suspicious: float | None = None) -> Bar:
    """Return the bar of a figure that is to be small; None is a figure that this run cannot have.

    digits: of the limit. The figure has four, so that it is seen on which side of the limit it is.
    """
    wanted = f"<= {limit:.{digits}f}"
    if found is None:
        return Bar(name, wanted, "-", State.NOT_APPLICABLE)
    state = State.MET if found <= limit else State.MISSED
    return Bar(
        name,
        wanted,
        f"{found:.4f}",
        State.SUSPICIOUS if suspicious is not None and found < suspicious else state,
    )


def between(name: str, found: float | None, low: float, high: float, *, digits: int = 3) -> Bar:
    """Return the bar of a figure that is to be within limits."""
    wanted = f"{low:.{digits}f} .. {high:.{digits}f}"
    if found is None:
        return Bar(name, wanted, "-", State.NOT_APPLICABLE)
    return Bar(name, wanted, f"{found:.4f}", State.MET if low <= found <= high else State.MISSED)


def _judged(rows: Sequence[Row], name: str, *, applies: bool) -> Judgement | None:
    return judge(rows, name) if applies else None


def _losses(rows: Sequence[Row], *, is_main: bool) -> list[Bar]:
    bars = []
    for name, loss, brier, suspicious in ((NO_MARKET, 0.6116, 0.2120, 0.600), (PAST_LINES, 0.6055, 0.2092, 0.5941)):
        found = _judged(rows, name, applies=is_main)
        scores = found.scores if found else None
        bars += [
            at_most(f"{name}, log loss", scores.log_loss.value if scores else None, loss, suspicious=suspicious),
            at_most(f"{name}, Brier", scores.brier.value if scores else None, brier),
        ]
    return bars


def _pairs(rows: Sequence[Row], *, is_many: bool) -> list[Bar]:
    to_elo = gap(rows, NO_MARKET, ELO_RECALIBRATED) if is_many else None
    to_market = gap(rows, WITH_LINE, MARKET) if is_many else None
    bar = at_most("with-line, log loss less the market's", to_market.value if to_market else None, 0.001)
    if to_market is not None and to_market.value < -2 * to_market.error:
        bar = Bar(bar.name, bar.wanted, bar.found, State.SUSPICIOUS)
    less_elo = to_elo.value if to_elo else None
    return [at_most("no-market, log loss less that of Elo, recalibrated", less_elo, -0.001), bar]


def _calibration(rows: Sequence[Row], *, is_main: bool) -> list[Bar]:
    bars = []
    for name in VARIANTS:
        found = _judged(rows, name, applies=is_main)
        bars += [
            at_most(f"{name}, calibration error", found.calibration_error if found else None, 0.015),
            between(f"{name}, slope", found.slope if found else None, 0.94, 1.06),
            between(f"{name}, bias", found.bias if found else None, -0.010, 0.010),
        ]
    return bars


def _points(rows: Sequence[Row], *, is_main: bool) -> list[Bar]:
    found: dict[str, Distance] = {each.name: each for each in distances(rows)} if is_main else {}
    bars = []
    for name, margin, total in ((NO_MARKET, 9.93, 14.30), (PAST_LINES, 9.81, 14.20)):
        errors = found.get(name)
        bars += [
            at_most(
                f"{name}, margin MAE",
                errors.margin.value if errors and errors.margin else None,
                margin,
                digits=2,
                suspicious=9.60,
            ),
            at_most(
                f"{name}, total MAE",
                errors.total.value if errors and errors.total else None,
                total,
                digits=2,
                suspicious=13.90,
            ),
        ]
    return bars


def _laws(rows: Sequence[Row], *, is_main: bool) -> list[Bar]:
    found: dict[str, Shape] = {each.name: each for each in shapes(rows)} if is_main else {}
    bars = []
    for name in VARIANTS:
        shape = found.get(name)
        for promise in (0.5, 0.8, 0.95):
            bars.append(  # noqa: PERF401 - a comprehension of two loops and a call reads worse
                between(
                    f"{name}, cover of {promise:.0%} of margins",
                    shape.margin_cover[promise] if shape else None,
                    promise - 0.015,
                    promise + 0.015,
                )
            )
    no_market = found.get(NO_MARKET)
    return [
        *bars,
        at_most(
            "no-market, log score of the margin", no_market.margin_log_score if no_market else None, 3.925, digits=3
        ),
    ]


def _held_out(rows: Sequence[Row], *, applies: bool) -> list[Bar]:
    bars = []
    for name, loss, gap_limit in ((NO_MARKET, 0.609, 0.024), (PAST_LINES, 0.599, 0.014)):
        found = _judged(rows, name, applies=applies)
        to_spread = gap(rows, name, SPREAD) if applies else None
        label = f"{name}, seasons {HELD_OUT[0]} and {HELD_OUT[1]}"
        bars += [
            at_most(f"{label}, log loss", found.scores.log_loss.value if found else None, loss),
            at_most(f"{label}, less the spread's", to_spread.value if to_spread else None, gap_limit),
        ]
    return bars
