"""Tables as CSV (RFC 4180), with protection against formulas injected by users."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

type Cell = str | int | Decimal | datetime | None
"""Value of a cell. Moments are written in UTC with `Z`, numbers without an exponent, None as an empty cell."""

_STARTS_A_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return the table as text. Lines end with CRLF; cells are quoted where necessary.

    Prefixes an apostrophe to a text that a spreadsheet would interpret as a formula (OWASP, "CSV Injection"). Numbers
    and moments do not come from users and are written unchanged.
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
