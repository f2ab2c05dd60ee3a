"""Finds a table in a file by its titles, and reads the cells of its rows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pickvs.dfs.files.report import Code, FileRefused, Findings
from pickvs.dfs.files.text import Row, rows

HEADER_LINES = 30
"""A header is looked for in so many lines. The sites write instructions above it."""

_WHOLE = re.compile(r"\$?(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d{1,7}(?:\.\d{0,12})?|\.\d{1,12})", re.ASCII)
_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is looked for. titles: its spellings as `spelled` gives them, the most usual first."""

    name: str
    titles: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns of a table are. line: physical line. places, titles: by the column's name."""

    line: int
    places: Mapping[str, int]
    titles: Mapping[str, str]


def spelled(title: str) -> str:
    """Return a title as titles are compared: without case, blanks and punctuation other than % and +."""
    return "".join(mark for mark in title.casefold() if mark.isalnum() or mark in "%+")


def find_header(lines: Sequence[Row], columns: Sequence[Column], start: int = 0) -> Header:
    """Return the header of a table that begins in the cell `start` of its lines, or right of it.

    Of the first 30 lines it is the one with the most of the required titles. Raises FileRefused: HEADER_NOT_FOUND if no
    line has half of them, COLUMN_MISSING if one does but not all.
    """
    required = [column for column in columns if column.required]
    best: Header | None = None
    most = 0
    for row in lines[:HEADER_LINES]:
        header = _header(row, columns, start)
        count = sum(column.name in header.places for column in required)
        if count > most:
            best, most = header, count
    if best is None or 2 * most < len(required):
        titles = ", ".join(column.titles[0] for column in required)
        raise FileRefused(
            "HEADER_NOT_FOUND",
            f"No line among the first {HEADER_LINES} has the titles of this kind of file: {titles}. Upload the"
            " comma-separated file as the site writes it.",
        )
    missing = [column.titles[0] for column in required if column.name not in best.places]
    if missing:
        raise FileRefused("COLUMN_MISSING", f"The table lacks the columns {', '.join(missing)}.", best.line)
    return best


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one row, by the names of its table's columns. Notes what cannot be read."""

    row: Row
    header: Header
    findings: Findings

    @property
    def line(self) -> int:
        """Physical line of the row."""
        return self.row.number

    def text(self, name: str) -> str:
        """Return a cell without surrounding blanks. Empty if it is, or if the table has no such column."""
        return self.row.cell(self.header.places.get(name))

    def title(self, name: str) -> str:
        """Return the title of a column as the file has it."""
        return self.header.titles.get(name, name)

    def error(self, name: str, code: Code, message: str, suggestions: Sequence[str] = ()) -> None:
        """Note an error in a cell."""
        self.findings.error(self.line, self.title(name), self.text(name), code, message, suggestions)

    def warning(self, name: str, code: Code, message: str, suggestions: Sequence[str] = ()) -> None:
        """Note a warning about a cell."""
        self.findings.warning(self.line, self.title(name), self.text(name), code, message, suggestions)

    def dollars(self, name: str, highest: int, step: int = 1) -> int | None:
        """Return whole dollars, such as 5400 or $5,400. None, and an error, for anything else.

        highest: at most so many. step: a multiple of it.
        """
        found = _WHOLE.fullmatch(self.text(name))
        if found is None:
            self.error(name, "NOT_A_NUMBER", f"{self.title(name)} must be whole dollars, such as 5400.")
            return None
        value = int(found[1].replace(",", ""))
        if not 0 < value <= highest or value % step:
            of = "" if step == 1 else f", a multiple of {step}"
            self.error(name, "OUT_OF_RANGE", f"{self.title(name)} must be between 1 and {highest}{of}.")
            return None
        return value

    def number(self, name: str, lowest: int, highest: int, *, required: bool = False) -> Decimal | None:
        """Return a decimal number with at most six places; a trailing % is ignored.

        None if the cell is empty; and an error if it must not be, is no number, or is out of range.
        """
        text = self.text(name)
        if not text and not required:
            return None
        value = decimal(text)
        if value is None:
            self.error(name, "NOT_A_NUMBER", f"{self.title(name)} must be a number, such as 41.25.")
        elif not lowest <= value <= highest:
            self.error(name, "OUT_OF_RANGE", f"{self.title(name)} must be between {lowest} and {highest}.")
        else:
            return value
        return None


def decimal(text: str) -> Decimal | None:
    """Return a number as people write it, with at most six places, or None. A trailing % is ignored."""
    number = text.removesuffix("%").rstrip()
    if not _DECIMAL.fullmatch(number):
        return None
    value = Decimal(number)
    return value if value == value.quantize(_PLACES) else value.quantize(_PLACES)


def whole_rows(text: str, findings: Findings) -> list[Row]:
    """Return the physical lines of a text. One whose quotes do not close is an error, and left out."""
    found: list[Row] = []
    for row in rows(text):
        if row.whole:
            found.append(row)
        else:
            findings.unread += 1
            findings.error(row.number, "", row.raw, "UNCLOSED_QUOTE", "A quotation mark in this line is not closed.")
    return found


def data_rows(lines: Sequence[Row], header: Header, findings: Findings) -> Iterator[Cells]:
    """Yield the rows below a header in which the table has a cell that is not empty."""
    first = min(header.places.values())
    last = max(header.places.values())
    for row in lines:
        if row.number > header.line and any(cell.strip() for cell in row.cells[first : last + 1]):
            yield Cells(row, header, findings)


def _header(row: Row, columns: Sequence[Column], start: int) -> Header:
    spellings: dict[str, int] = {}
    for place in range(start, len(row.cells)):
        spellings.setdefault(spelled(row.cells[place]), place)
    places: dict[str, int] = {}
    for column in columns:
        title = next((title for title in column.titles if title in spellings), None)
        if title is not None:
            places[column.name] = spellings[title]
    return Header(row.number, places, {name: row.cells[place].strip() for name, place in places.items()})
