"""Errors of drafts in the words of motor racing, and what boards and ledgers say of themselves."""

from decimal import Decimal
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.core.errors import Conflict, Invalid
from pickvs.fantasy.boards.leaderboard.rules import MAX_AGE, BoardState, places_gained, state_of
from pickvs.fantasy.boards.ledger.rules import in_words
from pickvs.fantasy.drafts.commands import Code, Refusal
from pickvs.fantasy.drafts.errors import error_of, unknown_contestants
from pickvs.fantasy.race_drafts.errors import our_words
from pickvs.fantasy.race_drafts.rules import in_our_words, renamed
from pickvs.fantasy.scoring.ties.rules import event_ranks

CODES: dict[str, str] = {
    "CONTESTANT_TAKEN": "DRIVER_TAKEN",
    "CONTESTANT_NOT_IN_POOL": "DRIVER_NOT_IN_POOL",
    "CONTESTANT_UNKNOWN": "DRIVER_UNKNOWN",
}


@pytest.mark.parametrize("code", get_args(Code.__value__))
def test_no_refusal_speaks_of_contestants_and_events(code: Code) -> None:
    with pytest.raises((Conflict, Invalid)) as raised, our_words():
        raise error_of(Refusal(code, slot=3, contestant=44))
    error = raised.value
    assert error.code == CODES.get(code, code)
    said = [error.detail, *error.extra, *(f"{each.field} {each.message}" for each in error.errors)]
    assert not [each for each in said if "contestant" in each.lower() or "event" in each.lower()]
    assert error.extra == {"slot": 3, "driver_id": 44}


def test_a_place_in_a_queue_is_named() -> None:
    with pytest.raises(Invalid) as raised, our_words():
        raise unknown_contestants(7)
    assert (raised.value.code, raised.value.errors[0].field) == ("DRIVER_UNKNOWN", "drivers[7]")


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("prevent", "prevent"),
        ("eventually", "eventually"),
        ("event_id", "race_id"),
        ("Contestants", "drivers"),
        ("CONTESTANTS", "DRIVERS"),
        ("the event's contestant", "the race's driver"),
    ],
)
def test_words_are_translated_and_parts_of_words_are_not(text: str, ours: str) -> None:
    assert in_our_words(text) == ours


def test_facts_keep_their_values() -> None:
    assert renamed({"contestant": 4, "reason": "a contestant of the event", "pool": [1]}) == {
        "driver": 4, "reason": "a contestant of the event", "pool": [1],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "detail", "points", "text"),
    [
        ("race_position", "P2", "18.00", "race position P2 18"),
        ("race_places", "6 -> 2", "4.00", "race places 6 -> 2 +4"),
        ("race_places", "1 -> 20", "-19.00", "race places 1 -> 20 -19"),
        ("race_out", "dnf", "-20.00", "race out dnf -20"),
        ("race_position", "P9", "2.50", "race position P9 2.5"),
        ("race_position", "P1", "100.00", "race position P1 100"),
    ],
)
def test_a_line_in_words(rule: str, detail: str, points: str, text: str) -> None:
    assert in_words(rule, detail, Decimal(points)) == text


def test_a_board_is_as_final_as_its_least_final_result() -> None:
    found: dict[BoardState, int] = {}
    for scored, unsettled, reviews, is_frozen in product((0, 1, 3), (0, 2), (0, 1), (False, True)):
        state = state_of(scored=scored, unsettled=unsettled, reviews=reviews, is_frozen=is_frozen)
        found[state] = found.get(state, 0) + 1
        assert (state == "frozen") == is_frozen
        assert state != "official" or (scored and not unsettled and not reviews)
        assert MAX_AGE[state] == (14_400 if state == "frozen" else 300 if state == "official" else 30)
    assert found.keys() == MAX_AGE.keys()


@given(st.lists(st.lists(st.integers(-20, 50), min_size=4, max_size=4), min_size=1, max_size=5))
def test_places_gained_are_the_difference_of_two_boards(events: list[list[int]]) -> None:
    """By an oracle for seasons in which nobody shares a total, so that only points decide."""
    boards = [event_ranks({number: [Decimal(points)] for number, points in enumerate(event)}) for event in events]
    before, after = ([sum(event[number] for event in part) for number in range(4)] for part in (events[:-1], events))
    if len(set(before)) < 4 or len(set(after)) < 4:
        return

    def place(sums: list[int], number: int) -> int:
        return sum(each > sums[number] for each in sums) + 1

    assert places_gained(boards) == {number: place(before, number) - place(after, number) for number in range(4)}


def test_who_was_in_no_event_before_has_gained_nothing() -> None:
    first = event_ranks({1: [Decimal(5)], 2: [Decimal(3)]})
    last = event_ranks({1: [Decimal(1)], 2: [Decimal(9)], 3: [Decimal(20)]})
    assert places_gained([first]) == {}
    assert places_gained([first, last]) == {1: -2, 2: 0}
