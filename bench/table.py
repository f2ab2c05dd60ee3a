"""The results as a printed table and as JSON."""

import json
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

type Unit = Literal["s", "MB", "KB", "1/s", "x"]


@dataclass(frozen=True)
class Line:
    """One measurement.

    seconds: the median, in `unit` (x: the value is a ratio itself).
    spread: half the interquartile range, in `unit`.
    ratio: the ratio to the line above, or to the baseline that `what` names.
    limit: the maximum of the ratio, or its minimum if `at_least` is set.
    """

    what: str
    seconds: float
    ratio: float | None = None
    limit: float | None = None
    spread: float | None = None
    unit: Unit = "s"
    at_least: bool = False

    @property
    def kept(self) -> bool:
        if self.limit is None:
            return True
        if self.ratio is None:
            return False
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit


def spread(values: Sequence[float]) -> float:
    """Return half the interquartile range."""
    low, _, high = statistics.quantiles(values, n=4)
    return (high - low) / 2


def render(lines: Iterable[Line]) -> str:
    rows = [("measured", "median", "spread", "ratio", "bar")]
    for line in lines:
        sign = ">=" if line.at_least else "<="
        rows.append(
            (
                line.what,
                _figure(line.seconds, line.unit),
                "" if line.spread is None else f"+-{_figure(line.spread, line.unit)}",
                "" if line.ratio is None else f"{line.ratio:.2f}",
                "" if line.limit is None else f"{sign} {line.limit:.2f} {'kept' if line.kept else 'BROKEN'}",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def write(lines: Iterable[Line], file: Path) -> None:
    """Write the lines as JSON, with the time, the Python version and the machine."""
    measured = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "lines": [{**asdict(line), "kept": line.kept} for line in lines],
    }
    file.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")


def _figure(value: float, unit: Unit) -> str:
    if unit == "s":
        return (
            f"{value:.2f} s" if value >= 1 else f"{1000 * value:.1f} ms" if value >= 0.01 else f"{1000 * value:.2f} ms"
        )
    if unit == "1/s":
        return f"{value:,.0f} {unit}"
    return f"{value:.2f} x" if unit == "x" else f"{value:.1f} {unit}"
