"""The report on players, and their bars."""

from collections.abc import Mapping

from tools.backtest.bars import SPORT, Bar, State, between
from tools.backtest.games_report import bars_section
from tools.backtest.players_walk import PlayersFound, Statistic
from tools.backtest.sections import Section, Table, number, percent

ENOUGH = 5_000
"""Rows to test on from which bars are judged."""
GAINS: Mapping[str, float] = {"minutes": 0.08, "points": 0.02, "rebounds": 0.02, "assists": 0.02}
"""By how much CRPS is to be smaller than the baseline's."""
MEDIANS: Mapping[str, float] = {"points": 0.015, "rebounds": 0.018, "assists": 0.023, "minutes": 0.035}
"""By how much the median's mean absolute error is to be smaller than that of the average of half-life 6, on a whole
season after a whole one."""
COVERED, MINUTES_COVERED = 0.03, 0.05
EWMA, MEDIAN = "EWMA 6", "median"


def sections(found: PlayersFound) -> list[Section]:
    """Return the sections on players."""
    first, last = found.years[0], found.years[-1]
    span = f"season {last}" if first == last else f"seasons {first} to {last}"
    return [
        Section(
            title=f"Players, {span} (named by the year in which they end)",
            words=[
                (
                    f"Trained on {found.trained:,} box scores before {found.border}, tested on {found.tested:,} from "
                    f"then on; {found.regular:,} of these are of players with a regular part in the game. Only players "
                    "who played are rows: a forecast is conditional on playing."
                ),
                (
                    "Mean absolute error is won by the median, CRPS by the distribution. Gain: by how much CRPS is "
                    "smaller than that of the average of half-life 6 with a negative binomial, whose dispersion was "
                    "fitted on the rows tested, in its favour; in brackets the standard error. Gain on the past: the "
                    "same with a dispersion from the rows trained on."
                ),
            ],
            tables=[_errors(found), _distributions(found)],
        ),
        bars_section("Bars of players", player_bars(found)),
        Section(
            title="What was read of players",
            words=[
                f"{found.name}: {found.unused.rows:,} rows, {found.lines:,} usable box scores.",
                "Not used:" if found.unused.counts else "Everything was used.",
                *(f"  {line}" for line in found.unused.lines()),
            ],
        ),
    ]


def _errors(found: PlayersFound) -> Table:
    forecasts = list(next(iter(found.statistics.values())).mae)
    return Table(
        title="Mean absolute error, all rows / regular players",
        header=["", *forecasts],
        rows=[
            [name, *(f"{number(each.mae[of], 3)} / {number(each.regular_mae[of], 3)}" for of in forecasts)]
            for name, each in found.statistics.items()
        ],
    )


def _distributions(found: PlayersFound) -> Table:
    first = next(iter(found.statistics.values()))
    return Table(
        title="CRPS and cover",
        header=[
            "",
            *first.crps,
            "gain",
            "gain on the past",
            *(f"cover {promise:.0%}" for promise in first.cover),
        ],
        rows=[
            [
                name,
                *(number(value) for value in each.crps.values()),
                f"{percent(each.gain)} ({percent(each.gain_error)})",
                percent(each.gain_past),
                *(percent(value) for value in each.cover.values()),
            ]
            for name, each in found.statistics.items()
        ],
    )


def player_bars(found: PlayersFound) -> list[Bar]:
    """Return the bars of players, in the order of their statement."""
    applies = found.sport == SPORT and found.tested >= ENOUGH
    bars = [
        at_least(
            f"{name}, CRPS less than EWMA + NB",
            found.statistics[name].gain if applies and name in found.statistics else None,
            gain,
        )
        for name, gain in GAINS.items()
    ]
    bars += [
        at_least(
            f"{name}, median's error less than EWMA 6, whole season",
            _less(found.statistics[name]) if applies and found.held_out and name in found.statistics else None,
            less,
        )
        for name, less in MEDIANS.items()
    ]
    for name in GAINS:
        within = MINUTES_COVERED if name == "minutes" else COVERED
        for promise in (0.5, 0.8, 0.9):
            cover = found.statistics[name].cover.get(promise) if applies and name in found.statistics else None
            bars.append(between(f"{name}, cover of {promise:.0%}", cover, promise - within, promise + within))
    return bars


def _less(found: Statistic) -> float:
    return 1 - found.mae[MEDIAN] / found.mae[EWMA]


def at_least(name: str, found: float | None, limit: float) -> Bar:
    """Return the bar of a share that is to be large; None is one that this run cannot have."""
    wanted = f">= {limit:.1%}"
    if found is None:
        return Bar(name, wanted, "-", State.NOT_APPLICABLE)
    return Bar(name, wanted, f"{found:.2%}", State.MET if found >= limit else State.MISSED)
