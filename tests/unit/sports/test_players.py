"""For whom a player plays: whatever the order in which he is seen, the times are in order and do not overlap."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pickvs.sports.players.rules import Spell, player_name, with_seen

START = date(2025, 10, 21)
SEEN = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 3)), max_size=25, unique_by=lambda each: each[0])


def told(seen: list[tuple[int, int]]) -> list[Spell]:
    spells: list[Spell] = []
    for number, team in seen:
        spells = with_seen(spells, team, START + timedelta(days=number))
    return spells


@given(SEEN)
def test_times_are_in_order_and_hold_every_day_seen(seen: list[tuple[int, int]]) -> None:
    spells = told(seen)
    assert all(each.from_day <= each.to_day for each in spells)
    assert all(one.to_day < other.from_day for one, other in pairwise(spells))
    for number, team in seen:
        day = START + timedelta(days=number)
        [there] = [each for each in spells if each.from_day <= day <= each.to_day]
        assert there.team_id == team


@given(SEEN)
def test_the_order_in_which_days_are_seen_does_not_say_for_whom_he_plays_last(seen: list[tuple[int, int]]) -> None:
    if seen:
        assert told(seen)[-1].team_id == max(seen)[1]


@given(SEEN)
def test_seen_in_order_a_time_lasts_until_another_team(seen: list[tuple[int, int]]) -> None:
    spells = told(sorted(seen))
    assert all(one.team_id != other.team_id for one, other in pairwise(spells))


@given(SEEN)
def test_a_day_seen_again_changes_nothing(seen: list[tuple[int, int]]) -> None:
    spells = told(seen)
    for number, team in seen:
        assert with_seen(spells, team, START + timedelta(days=number)) == spells


def test_a_suffix_is_left_out_only_after_two_names() -> None:
    assert player_name("Gary Trent Jr.") == "garytrent"
    assert player_name("Jimmy V") == "jimmyv"
