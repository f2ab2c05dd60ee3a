"""Reads `sports.json`, the table of covered sports: one object a line, in the order of the keys.

Left out of the table, although the provider has odds for them:

- outrights, tennis, golf, boxing, mixed martial arts and politics: no game of two teams with a score;
- cricket: a shortened match is won against a revised target, so the higher score need not win, and scores such as
  180/5 are no numbers;
- the all-star weekend of the NBA: its teams exist for a day;
- soccer cups of knock-out ties alone: bookmakers settle them after 90 minutes, but the official score includes extra
  time. Of the tournaments in the table only the last rounds are knock-out.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_FILE = f"{__file__.rpartition('/')[0]}/sports.json"
_MARKETS = ("moneyline", "spread", "total")
_LEAP_YEAR = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class TableError(ValueError):
    """The table of sports is invalid; the message says where and why."""


def rows() -> list[dict[str, Any]]:
    """Return the rows of the table. Raises TableError if it is invalid."""
    with open(_FILE, "rb") as file:  # noqa: PTH123 - some endpoints do not import pathlib
        return read(file.read())


def read(text: bytes) -> list[dict[str, Any]]:
    """Return the rows of a table in JSON, in the order of the keys. Raises TableError for the first fault.

    Does not check that a time zone exists, which would read its file.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        raise TableError(f"the table of sports is not JSON: {error}") from None
    if not isinstance(found, list) or not found:
        raise TableError("the table of sports is not a list of sports")
    checked: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(found, start=1):
        fault = next(_faults(row), None)
        if fault is not None:
            name = row.get("key") if isinstance(row, dict) else None
            raise TableError(f"sport {number} ({name}): {fault}")
        if row["key"] in checked:
            raise TableError(f"sport {number} ({row['key']}): the key occurs twice")
        checked[row["key"]] = row
    return [checked[key] for key in sorted(checked)]


def _faults(row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "not an object"
        return
    if row.keys() != _COLUMNS.keys():
        yield f"the columns are {', '.join(row)}, not {', '.join(_COLUMNS)}"
    for column, (holds, meaning) in _COLUMNS.items():
        if not holds(row[column]):
            yield f"{column} is {row[column]!r}, not {meaning}"
    if row["moneyline"] == "three_way" and not row["tie_possible"]:
        yield "a three-way moneyline has a draw, so a tie must be possible"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value == value.strip()


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and value.replace("_", "a").isalnum() and value.isascii() and value == value.lower()


def _is_day(value: Any) -> bool:
    match value:
        case [int(month), int(day)]:
            return 1 <= month <= len(_LEAP_YEAR) and 1 <= day <= _LEAP_YEAR[month - 1] and (month, day) != (2, 29)
    return False


def _are_markets(value: Any) -> bool:
    return (
        isinstance(value, list) and all(value.count(each) == 1 and each in _MARKETS for each in value) and value != []
    )


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def _one_of(*values: str) -> tuple[Callable[[Any], bool], str]:
    return lambda value: value in values, " or ".join(values)


_COLUMNS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "key": (_is_key, "a key of the provider"),
    "title": (_is_text, "a title"),
    "group": (_is_text, "a group"),
    "time_zone": (_is_text, "an IANA time zone"),
    "season_start": (_is_day, "a month and a day of every year"),
    "markets": (_are_markets, f"a list of {', '.join(_MARKETS)}"),
    "moneyline": _one_of("two_way", "three_way"),
    "tie_possible": (_is_truth, "true or false"),
    "overtime_counts": (_is_truth, "true or false"),
    "typical_minutes": (lambda value: type(value) is int and 0 < value < 24 * 60, "a number of minutes"),
    "doubleheaders": (_is_truth, "true or false"),
    "roster": _one_of("closed", "open"),
}
"""What each column holds: the check, and its meaning in words."""
