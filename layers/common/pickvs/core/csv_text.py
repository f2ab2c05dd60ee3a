"""Tables as CSV (RFC 4180) that a spreadsheet can open without running what somebody else has written into it."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

type Cell = str | int | Decimal | datetime | None
"""Moments are written in UTC with `Z`, numbers in full without an exponent, None as an empty cell."""

_STARTS_A_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return the table as text: lines end with CRLF, cells are quoted where they must be.

    A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"); numbers
    and moments are our own and stay as they are.
    """
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str) and value.lstrip(" ")[:1] in _STARTS_A_FORMULA:
        return f"'{value}"
    return str(value)
