"""CSV that every parser splits the same way, and in which spreadsheets run no formulas."""

import csv
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.core.csv_text import Cell, write_csv


def row(*cells: Cell) -> str:
    return write_csv(["x"], [cells]).removeprefix("x\r\n")


def test_a_header_and_rows_that_end_with_crlf() -> None:
    assert write_csv(["a", "b"], [[1, None], [2, "x"]]) == "a,b\r\n1,\r\n2,x\r\n"


def test_only_what_must_be_is_quoted() -> None:
    assert row("plain", "a,b", 'say "x"', "two\nlines") == 'plain,"a,b","say ""x""","two\nlines"\r\n'


def test_numbers_and_moments() -> None:
    moment = datetime(2024, 1, 5, 1, 30, tzinfo=timezone(timedelta(hours=1)))
    assert row(-110, Decimal("-1.0000"), Decimal("0E-4"), moment) == "-110,-1.0000,0.0000,2024-01-05T00:30:00Z\r\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "  ="])
def test_no_text_begins_a_formula(start: str) -> None:
    [[cell]] = csv.reader(StringIO(row(f"{start}cmd|' /C calc'!A0"), newline=""))
    assert cell == f"'{start}cmd|' /C calc'!A0"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=5))
def test_any_text_comes_back_but_for_the_apostrophe(cells: list[str]) -> None:
    [read] = csv.reader(StringIO(row(*cells), newline=""), strict=True)
    for cell, sent in zip(read, cells, strict=True):
        assert cell in (sent, f"'{sent}")
        assert cell[:1] not in tuple("=+-@\t\r\n")


def test_a_moment_of_another_zone_is_written_in_utc() -> None:
    assert row(datetime(2024, 1, 1, tzinfo=UTC)) == "2024-01-01T00:00:00Z\r\n"
