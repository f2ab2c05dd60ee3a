"""What a replay says: a line while it goes on, and a report with a chart at the end."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import accumulate
from typing import Any, TextIO

from local.replay.chart import units_chart
from local.replay.checks import Compared, Verdict

SHOWN = 20
"""Most disagreements that are listed."""
PLAIN_EVERY_DAYS = 10
"""Days of the season between two lines of progress, where they cannot replace each other."""


class Progress:
    """One line that is written anew: on a terminal in place, elsewhere every ten days of the season."""

    def __init__(self, out: TextIO, state: Callable[[], str]) -> None:
        self._out = out
        self._state = state
        self._shown = ""
        self._day = date.min

    def show(self, now: datetime) -> None:
        """Show the state at `now`."""
        is_terminal = self._out.isatty()
        if not is_terminal and (now.date() - self._day).days < PLAIN_EVERY_DAYS:
            return
        self._day = now.date()
        self._write(now, "\r" if is_terminal else "", "" if is_terminal else "\n")

    def end(self, now: datetime) -> None:
        """Show the state at the end, and end the line."""
        self._write(now, "\r" if self._shown and self._out.isatty() else "", "\n")

    def _write(self, now: datetime, begin: str, end: str) -> None:
        line = f"{now:%Y-%m-%d}  {self._state()}"
        self._out.write(f"{begin}{line.ljust(len(self._shown) if begin else 0)}{end}")
        self._shown = line
        self._out.flush()


def report(title: str, board: Iterable[Mapping[str, Any]], verdict: Verdict, facts: Mapping[str, object]) -> str:
    """Return the report: the board, what was checked, and what disagrees."""
    lines = [title, "", _row("rank", "bot", "units", "picks", "won", "lost", "push", "roi %", "clv %")]
    for row in board:
        numbers = ("picks", "wins", "losses", "pushes", "roi", "clv_percent")
        lines.append(_row(row["rank"], row["username"], row["total_units"], *(_or_dash(row[name]) for name in numbers)))
    lines += ["", *(f"{name}: {value}" for name, value in facts.items())]
    lines.append(f"picks: {verdict.picks}, of these graded {verdict.graded}, with a close {verdict.with_close}")
    close = verdict.close
    if close is None:
        lines.append("closing line value of picks at the close: too few picks have one")
    else:
        inside = "contains" if close.contains_expectation else "DOES NOT CONTAIN"
        lines.append(
            f"closing line value of {close.picks} picks at the close: {close.mean:.3f} %, 95 % interval "
            f"{close.low:.3f} to {close.high:.3f}, which {inside} its expectation {close.expectation:.3f} (the margin)"
        )
    found = verdict.disagreements
    lines.append(f"check against the oracle: {'everything agrees' if not found else f'{len(found)} DISAGREE'}")
    lines += [f"  {line}" for line in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"  and {len(found) - SHOWN} more")
    return "\n".join([*lines, ""])


def chart(title: str, compared: Sequence[Compared]) -> str | None:
    """Return the chart of the bots' units by the date of the game, as SVG. None if no pick is graded."""
    by_day: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for each in compared:
        if each.shown["result_units"] is not None:
            by_day[each.pick.bot][each.pick.commence_time.date()] += float(each.shown["result_units"])
    lines = {
        bot: list(zip(sorted(days), accumulate(days[day] for day in sorted(days)), strict=True))
        for bot, days in by_day.items()
    }
    return units_chart(title, lines) if lines else None


def _row(*cells: object) -> str:
    rank, name, *others = (str(cell) for cell in cells)
    return f"{rank:>4}  {name:<16}" + "".join(f"{cell:>10}" for cell in others)


def _or_dash(value: object) -> object:
    return "-" if value is None else value
