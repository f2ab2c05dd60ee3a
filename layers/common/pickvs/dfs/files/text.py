"""The bytes of an uploaded file as text, its physical lines and cells, and the way back."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pickvs.dfs.files.report import FileRefused

LineEnd = Literal["lf", "crlf", "cr", "mixed", "none"]

LONGEST_LINE = 64 * 1024
"""Longest line that is split into cells, in characters. No site writes one of a tenth of it."""

_BREAK = re.compile(r"\r\n|\n|\r")
_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest file that is read: bytes, and physical lines."""

    size: int
    lines: int


UPLOAD = Limits(2_000_000, 5_000)
STANDINGS = Limits(25_000_000, 200_000)


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded file. line_end: how its lines end; "none" if it has one line that does not end."""

    text: str
    encoding: str
    bom: bool
    line_end: LineEnd


@dataclass(frozen=True, slots=True)
class Row:
    """A physical line. number: from 1. start: offset of its first character in the text.

    raw: the line as written, without its end. cells: their values, without quotes. whole: False if a quote does not
    close on the line, or the line is too long to be a row.
    """

    number: int
    start: int
    raw: str
    cells: tuple[str, ...]
    whole: bool = True

    def cell(self, place: int | None) -> str:
        """Return the value of a cell without surrounding blanks. Empty if the line is shorter, or `place` is None."""
        return self.cells[place].strip() if place is not None and place < len(self.cells) else ""


def decode(data: bytes, limits: Limits) -> Text:
    """Return the text of a file: UTF-8, UTF-16 with a byte order mark, else Windows-1252, else ISO 8859-1.

    `encode` gives the same bytes back. Raises FileRefused with TOO_LARGE or TOO_MANY_ROWS.
    """
    if len(data) > limits.size:
        raise FileRefused("TOO_LARGE", f"A file may have {limits.size:,} bytes; this one has {len(data):,}.")
    text, encoding, bom = _decoded(data)
    windows, feeds, returns = text.count("\r\n"), text.count("\n"), text.count("\r")
    if (lines := feeds + returns - windows) > limits.lines:
        raise FileRefused("TOO_MANY_ROWS", f"A file may have {limits.lines:,} lines; this one has {lines + 1:,}.")
    return Text(text, encoding, bom, _line_end(windows, feeds - windows, returns - windows))


def encode(text: str, encoding: str, *, bom: bool) -> bytes:
    """Return a text as bytes. Raises UnicodeEncodeError if the encoding lacks a character."""
    return ("\ufeff" + text if bom else text).encode(encoding)


def rows(text: str) -> Iterator[Row]:
    """Yield the physical lines of a text. A cell never spans lines: no site writes such a cell."""
    start = 0
    number = 0
    while start < len(text):
        number += 1
        found = _BREAK.search(text, start)
        end, after = found.span() if found is not None else (len(text), len(text))
        raw = text[start:end]
        if '"' not in raw and len(raw) <= LONGEST_LINE:
            yield Row(number, start, raw, tuple(raw.split(",")))
        else:
            yield _row(number, start, raw)
        start = after


def spans(raw: str) -> list[tuple[int, int]]:
    """Return where the cells of a line begin and end in it, quotes included."""
    found: list[tuple[int, int]] = []
    start = 0
    while True:
        quoted = _QUOTED.match(raw, start)
        comma = raw.find(",", quoted.end() if quoted is not None else start)
        found.append((start, len(raw) if comma < 0 else comma))
        if comma < 0:
            return found
        start = comma + 1


def written(cells: Sequence[str]) -> str:
    """Return cells as a line, with quotes where they are necessary."""
    return ",".join(quoted(cell) for cell in cells)


def quoted(value: str) -> str:
    """Return a value as a cell, in quotes if it has a comma, a quote or a line end."""
    return '"' + value.replace('"', '""') + '"' if any(mark in value for mark in ',"\r\n') else value


def _decoded(data: bytes) -> tuple[str, str, bool]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), encoding, True
            except UnicodeDecodeError:
                break
    for encoding in ("utf-8", "windows-1252"):
        try:
            return data.decode(encoding), encoding, False
        except UnicodeDecodeError:
            continue
    return data.decode("iso-8859-1"), "iso-8859-1", False


def _line_end(windows: int, feeds: int, returns: int) -> LineEnd:
    kinds: list[LineEnd] = []
    kinds += ["crlf"] if windows else []
    kinds += ["lf"] if feeds else []
    kinds += ["cr"] if returns else []
    if not kinds:
        return "none"
    return kinds[0] if len(kinds) == 1 else "mixed"


def _row(number: int, start: int, raw: str) -> Row:
    if len(raw) > LONGEST_LINE:
        return Row(number, start, raw, (), whole=False)
    cells: list[str] = []
    whole = True
    for begin, end in spans(raw):
        quoted_part = _QUOTED.match(raw, begin)
        if quoted_part is None:
            whole = whole and raw[begin : begin + 1] != '"'
            cells.append(raw[begin:end])
        else:
            inner = raw[begin + 1 : quoted_part.end() - 1].replace('""', '"')
            cells.append(inner + raw[quoted_part.end() : end])
    return Row(number, start, raw, tuple(cells), whole)
