"""Writes an injury report as the NBA does: a PDF with a table, whose program places each word on a page upside down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_COLUMNS = (24.0, 120.0, 201.0, 265.0, 426.0, 587.0, 667.0)
_TITLES = ("Game Date", "Game Time", "Matchup", "Team", "Player Name", "Current Status", "Reason")
_WIDTH, _HEIGHT = 842, 595
_TOP, _ROW, _LINE, _LETTER = 504.0, 23.0, 14.0, 4.6
_REASON_LETTERS = 34
"""Letters of a reason in one line; the rest goes to the lines below."""
NOT_YET = "NOT YET SUBMITTED"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the report. name: last name first; empty, with the status, if the team has not reported."""

    date: str
    time: str
    matchup: str
    team: str
    name: str = ""
    status: str = ""
    reason: str = NOT_YET


def report_pdf(made_at: datetime, rows: Sequence[Row], *, a_page: int = 18) -> bytes:
    """Return the report of a time on the league's clock. a_page: rows of a page."""
    pages = [rows[at : at + a_page] for at in range(0, len(rows), a_page)] or [rows]
    return _pdf([_page(made_at, page, number, len(pages)) for number, page in enumerate(pages)])


def _page(made_at: datetime, rows: Sequence[Row], number: int, pages: int) -> bytes:
    words = _words(289, 533, f"Injury Report: {made_at:%m/%d/%y %I:%M %p}")
    words += _words(398, 50, f"Page {number + 1} of {pages}")
    if number == 0:
        words += [word for x, title in zip(_COLUMNS, _TITLES, strict=True) for word in _words(x - 1, _TOP, title)]
    before: tuple[str, ...] = ("", "", "", "")
    y = _TOP
    for row in rows:
        lines = _wrapped(row.reason)
        y -= _ROW + _LINE * (len(lines) - 1) / 2
        game = (row.date, row.time, row.matchup, row.team)
        # A cell that says the same as the one above stays empty, unless one to its left says something new.
        new = next((place for place in range(4) if game[place] != before[place]), 4)
        told = [text if place >= new else "" for place, text in enumerate(game)]
        for x, text in zip(_COLUMNS, (*told, row.name, row.status), strict=False):
            words += _words(x, y, text)
        for place, line in enumerate(lines):
            words += _words(_COLUMNS[-1], y + _LINE * ((len(lines) - 1) / 2 - place), line)
        y -= _LINE * (len(lines) - 1) / 2
        before = game
    return b"".join(words)


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) > _REASON_LETTERS:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _words(x: float, y: float, text: str) -> list[bytes]:
    """Return what draws each word of a text. Like the league's program, it parts a word behind its hyphen."""
    drawn = []
    at, before, below = 0, 0.0, _HEIGHT - y
    for word in text.split():
        for part in word.replace("-", "-\0").split("\0"):
            place = text.index(part, at) if part else at
            if part:
                drawn.append(b"%.1f %.1f Td (%s) Tj\n" % (x - before + place * _LETTER, below, _escaped(part)))
                before, below = x + place * _LETTER, 0.0
            at = place + len(part)
    return [b"BT /F1 -8 Tf\n", *drawn, b"ET\n"]


def _escaped(text: str) -> bytes:
    raw = text.encode("cp1252", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _pdf(contents: Sequence[bytes]) -> bytes:
    """Return a PDF with a page for each content."""
    first = 4
    kids = b" ".join(b"%d 0 R" % (first + 2 * place) for place in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for place, content in enumerate(contents):
        drawn = b"1 0 0 -1 0 %d cm\n%s" % (_HEIGHT, content)
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << /Font << /F1 3 0 R >> >>"
            b" /Contents %d 0 R >>" % (_WIDTH, _HEIGHT, first + 2 * place + 1),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
