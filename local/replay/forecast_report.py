"""What a replay of forecasts says at its end."""

import math
from collections.abc import Mapping

from local.replay.forecast_checks import CONTESTANTS, Outcome
from local.replay.report import SHOWN
from local.replay.table_season import TableSeason

FUNCTIONS_SHOWN = 8
"""Functions that took longest, which are listed."""


def report(
    season: TableSeason,
    found: Outcome,
    facts: Mapping[str, object],
    phases: Mapping[str, float],
    spent: Mapping[str, tuple[int, float]],
) -> str:
    """Return the report: the board, what was checked, what disagrees, and where the time went.

    phases: seconds by phase. spent: by function, how often it ran and its seconds.
    """
    games, slates = len(season.games), len(season.slates())
    lines = [
        f"{season.name}: {games:,} games on {slates} days, {season.begins:%Y-%m-%d} to {season.ends:%Y-%m-%d}",
        "",
        _row("contestant", "games", "log loss", "to close", "Brier", "right", "ECE", "slope", "margin", "total"),
    ]
    order = sorted(found.figures.items(), key=lambda each: (each[1].log_loss, each[0]))
    for name, each in order:
        gap = found.gaps.get(name)
        lines.append(
            _row(
                name,
                each.games,
                _number(each.log_loss, 4),
                _number(gap, 4, sign="+"),
                _number(each.brier, 4),
                _number(each.accuracy, 3),
                _number(each.ece, 3),
                _number(each.slope, 3),
                _number(each.margin_crps, 3),
                _number(each.total_crps, 3),
            )
        )
    lines += ["margin, total: CRPS in points", ""]
    said = {
        **facts,
        **found.counts,
        "open findings of the quality rules": found.findings or "none",
        f"games with the forecasts of all {len(CONTESTANTS)} contestants": f"{found.complete:,} of {games:,}",
        "players' lines that agree with the table": f"{found.box_scores:,}",
        "seconds": ", ".join(f"{seconds:.0f} to {phase}" for phase, seconds in phases.items())
        + f"; {sum(phases.values()):.0f} in all",
    }
    lines += [f"{name}: {_plain(value)}" for name, value in said.items()]
    longest = sorted(spent.items(), key=lambda each: -each[1][1])[:FUNCTIONS_SHOWN]
    lines += ["seconds by function:"] + [
        f"  {name}: {seconds:.1f} in {number} runs" for name, (number, seconds) in longest
    ]
    wrong = found.disagreements
    lines.append(f"check against the tables: {'everything agrees' if not wrong else f'{len(wrong)} DISAGREE'}")
    lines += [f"  {line}" for line in wrong[:SHOWN]]
    if len(wrong) > SHOWN:
        lines.append(f"  and {len(wrong) - SHOWN} more")
    return "\n".join([*lines, ""])


def _row(*cells: object) -> str:
    name, *others = (str(cell) for cell in cells)
    return f"{name:<12}" + "".join(f"{cell:>10}" for cell in others)


def _number(value: float | None, places: int, *, sign: str = "") -> str:
    return "-" if value is None or math.isnan(value) else f"{value:{sign}.{places}f}"


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return ", ".join(f"{number:,} {name}" for name, number in value.items())
    return f"{value:,}" if isinstance(value, int) else value
