"""One line of the printed table."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A measurement. seconds: the median. ratio: to the line above. limit: what the ratio may be at most."""

    what: str
    seconds: float
    ratio: float | None = None
    limit: float | None = None

    @property
    def kept(self) -> bool:
        return self.limit is None or (self.ratio is not None and self.ratio <= self.limit)


def render(lines: Iterable[Line]) -> str:
    rows = [("measured", "median", "ratio", "limit")]
    for line in lines:
        time = f"{line.seconds:.2f} s" if line.seconds >= 1 else f"{1000 * line.seconds:.1f} ms"
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        limit = "" if line.limit is None else f"{line.limit:.2f} {'kept' if line.kept else 'BROKEN'}"
        rows.append((line.what, time, ratio, limit))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
