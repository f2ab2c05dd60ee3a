"""Tables as text: CSV, plain or packed by gzip. What cannot be used is counted by its reason."""

import csv
import gzip
import io
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tools.backtest.errors import BacktestError

GZIP = b"\x1f\x8b"
SHOWN = 3
"""Examples kept of each reason."""

type Row = Mapping[str, str]


class Unusable(Exception):
    """A row cannot be used. The text is the reason, the same for every such row."""


@dataclass(slots=True)
class Unused:
    """What a table has and nobody could use: counts and first examples by reason, and the rows that it had."""

    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def note(self, reason: str, example: str) -> None:
        """Count one more."""
        self.counts[reason] += 1
        shown = self.examples.setdefault(reason, [])
        if len(shown) < SHOWN:
            shown.append(example)

    def lines(self) -> Iterator[str]:
        """Return a line for each reason, the most frequent first."""
        for reason, count in self.counts.most_common():
            shown = "; ".join(self.examples[reason])
            yield f"{count:,} x {reason} ({shown}{'; …' if count > SHOWN else ''})"


def read_table(path: Path, needed: Iterable[str]) -> Iterator[tuple[int, Row]]:
    """Return the rows of a file with their line numbers. Column names may be in any order; further ones are ignored.

    Raises BacktestError for a file that is missing, unreadable, empty, or without one of the needed columns.
    """
    try:
        packed = path.read_bytes()
        text = (gzip.decompress(packed) if packed.startswith(GZIP) else packed).decode("utf-8-sig")
    except FileNotFoundError:
        raise BacktestError(f"there is no file {path}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise BacktestError(f"{path} cannot be read: {error}") from None
    except UnicodeDecodeError:
        raise BacktestError(f"{path} is not UTF-8 text") from None
    return rows_of(text, needed, str(path))


def rows_of(text: str, needed: Iterable[str], name: str) -> Iterator[tuple[int, Row]]:
    """Return the rows of a table's text. Raises BacktestError as `read_table` does."""
    lines = _lines(text, name)
    _, titles = next(lines, (0, []))
    header = [title.strip() for title in titles]
    rows = [(line, row) for line, row in lines if any(row)]
    if not header:
        raise BacktestError(f"{name} is empty")
    if repeated := [title for title in needed if header.count(title) > 1]:
        raise BacktestError(f"{name} has more than one column {', '.join(repeated)}; rename or remove the others")
    if missing := [title for title in needed if title not in header]:
        raise BacktestError(f"{name} has no column {', '.join(missing)}; its header begins {','.join(header[:6])}")
    if not rows:
        raise BacktestError(f"{name} has a header and no rows")
    return iter([(line, _row(header, row)) for line, row in rows])


def _lines(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Return the rows with the number of each one's last line. Raises BacktestError where a quotation mark is astray.

    A reader that is not strict would take the lines up to the next such mark for one cell.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        first = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BacktestError(f"{name} is no CSV table from line {first} on: {error}") from None
        yield reader.line_num, row


def _row(header: Sequence[str], row: Sequence[str]) -> Row:
    """Return the row by column; one that is too short ends in blanks."""
    return {title: row[place].strip() if place < len(row) else "" for place, title in enumerate(header)}


def whole(text: str, what: str) -> int:
    """Return a whole number, written 97 or 97.0. Raises Unusable."""
    number = decimal(text, what)
    if number != int(number):
        raise Unusable(f"{what} is not a whole number")
    return int(number)


def decimal(text: str, what: str) -> float:
    """Return a finite number. Raises Unusable."""
    if not text:
        raise Unusable(f"{what} is missing")
    try:
        number = float(text)
    except ValueError:
        raise Unusable(f"{what} is not a number") from None
    if not math.isfinite(number):
        raise Unusable(f"{what} is not a number")
    return number


def day(text: str, what: str) -> date:
    """Return a date, written 2023-10-24, a time behind it ignored. Raises Unusable."""
    if not text:
        raise Unusable(f"{what} is missing")
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Unusable(f"{what} is not a date") from None


def truth(text: str, what: str) -> bool:
    """Return a truth value, written True, False, 1, 0 or nothing, which is false. Raises Unusable."""
    values = {"true": True, "1": True, "false": False, "0": False, "": False}
    try:
        return values[text.lower()]
    except KeyError:
        raise Unusable(f"{what} is neither True nor False") from None
