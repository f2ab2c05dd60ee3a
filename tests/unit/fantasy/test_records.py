"""The records of the second source are read as they are written, or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.fantasy.events.formula_one.providers.records import read_record
from pickvs.jobs.errors import BadAnswer

ROWS = """- position: 1
  driverNumber: 1
  driverId: jim-fast
  time: "1:40:52.554"
  gap:
  points: 25
  gridPosition: PL
- position: DNF
  reasonRetired: Collision
  polePosition: true
  points: 0.5
"""


def test_a_list_and_a_mapping() -> None:
    first, second = read_record(ROWS)
    assert first == {
        "position": 1,
        "driverNumber": 1,
        "driverId": "jim-fast",
        "time": "1:40:52.554",
        "gap": None,
        "points": 25,
        "gridPosition": "PL",
    }
    assert second == {
        "position": "DNF",
        "reasonRetired": "Collision",
        "polePosition": True,
        "points": Decimal("0.5"),
    }
    assert read_record("date: 2024-04-21\ntime: 07:00\n\n") == {"date": "2024-04-21", "time": "07:00"}
    assert read_record("") == []


@pytest.mark.parametrize(
    "text",
    [
        "  position: 1",  # belongs to nothing
        "- position: 1\n- position",  # no value, and no name
        "- position: 1\n  position: 2",  # which of them?
        "- position: 1\ndate: 2024-04-21",  # a list and a mapping
        "- driver: {id: 1}",
        "- drivers: [1, 2]",
        "- driver: &anchor x",
        "- driver: *anchor",
        "- text: |",
        '- text: "without an end',
        "- name: it's: two",
        "\t- position: 1",
        "<html>",
    ],
)
def test_what_is_written_otherwise_is_refused(text: str) -> None:
    with pytest.raises(BadAnswer):
        read_record(text)


@given(st.text(alphabet=st.sampled_from("-: \n\"'#ab1.{[&*|"), max_size=40))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    try:
        found = read_record(text)
    except BadAnswer:
        return
    assert all(isinstance(row, dict) for row in (found if isinstance(found, list) else [found]))
