"""Orders of drafts: the seed that decides them, what follows from the draft before, and groups."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.fantasy.leagues.grouping import PoolTooSmall, group_of_newcomer, split
from pickvs.fantasy.leagues.orders import NotAPermutation, Past, order_of
from pickvs.fantasy.leagues.rules import OrderBy, capacity
from pickvs.fantasy.leagues.seeds import base_order, commitment, is_seed_of, random_order

SEED = bytes(range(32))
FIVE = [101, 102, 103, 104, 105]

teams = st.lists(st.integers(1, 10_000), min_size=2, max_size=50, unique=True)
orders = st.sampled_from(["rotation", "reverse_standings", "standings", "random"])


def test_the_seed_keeps_its_promise() -> None:
    published = "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
    assert commitment(SEED) == published
    assert is_seed_of(SEED, published.upper())
    assert not is_seed_of(bytes(32), published)
    assert not is_seed_of(SEED + b"0", published)
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(b"short")


def test_the_orders_of_three_events_by_rotation() -> None:
    first = order_of("rotation", SEED, 1, FIVE, Past())
    second = order_of("rotation", SEED, 2, FIVE, Past(first))
    third = order_of("rotation", SEED, 3, FIVE, Past(second))
    assert first == [105, 104, 102, 103, 101]
    assert second == [101, 105, 104, 102, 103]
    assert third == [103, 101, 105, 104, 102]


def test_ten_constructors_share_the_first_picks_of_a_season() -> None:
    order, firsts = order_of("rotation", SEED, 1, range(1, 11), Past()), Counter[int]()
    for event in range(24):
        firsts[order[0]] += 1
        order = order_of("rotation", SEED, event, range(1, 11), Past(order))
    assert sorted(firsts.values()) == [2] * 6 + [3] * 4


def test_standings_with_ties_by_the_base_order() -> None:
    past = Past(previous=FIVE, ranks={101: 1, 102: 2, 103: 2, 104: 4, 105: 5})
    assert order_of("standings", SEED, 2, FIVE, past) == [101, 102, 103, 104, 105]
    assert order_of("reverse_standings", SEED, 2, FIVE, past) == [105, 104, 102, 103, 101]


def test_a_newcomer_is_last_and_whoever_left_is_passed_over() -> None:
    # 103 was last and has left: 102, the last who stays, is first. 101, who was first, is not first again.
    previous = [101, 104, 102, 103]
    assert order_of("rotation", SEED, 2, [101, 102, 104, 9, 7], Past(previous)) == [102, 101, 104, 9, 7]
    for by in ("standings", "reverse_standings", "random"):
        assert order_of(by, SEED, 2, [101, 9, 102, 7], Past(previous, {9: 1, 101: 2, 102: 3}))[2:] == [9, 7]


@given(by=orders, teams=teams, event=st.integers(1, 99), data=st.data())
def test_every_order_names_each_constructor_once(
    by: OrderBy, teams: list[int], event: int, data: st.DataObject
) -> None:
    previous = data.draw(st.lists(st.sampled_from(teams), unique=True))
    ranks = data.draw(st.dictionaries(st.sampled_from(teams), st.integers(1, 50)))
    order = order_of(by, SEED, event, teams, Past(previous, ranks))
    assert sorted(order) == sorted(teams)
    known = set(previous)
    assert [each for each in order if each not in known] == order[len(known) :] or not known


def test_an_order_by_hand_goes_first_and_is_a_permutation() -> None:
    by_hand = [104, 101, 102, 103, 105]
    assert order_of("rotation", SEED, 2, FIVE, Past(FIVE, manual=by_hand)) == by_hand
    for wrong in ([104, 104, 102, 103, 105], [101], [*FIVE, 106], []):
        with pytest.raises(NotAPermutation):
            order_of("manual", SEED, 2, FIVE, Past(FIVE, manual=wrong))


def test_chance_differs_from_event_to_event_and_is_not_the_base_order() -> None:
    drawn = {tuple(random_order(SEED, event, FIVE)) for event in range(20)}
    assert len(drawn) > 10
    assert tuple(base_order(SEED, FIVE)) == tuple(base_order(SEED, reversed(FIVE)))


@given(teams=teams, pool=st.integers(4, 60), rounds=st.integers(1, 3))
def test_groups_are_few_and_alike(teams: list[int], pool: int, rounds: int) -> None:
    most = capacity(pool, rounds)
    if most < 2:
        with pytest.raises(PoolTooSmall):
            split(teams, most)
        return
    groups = split(teams, most)
    sizes = [len(group) for group in groups]
    assert [each for group in groups for each in group] == teams
    assert max(sizes) <= most
    assert max(sizes) - min(sizes) <= 1
    assert (len(groups) - 1) * most < len(teams)


def test_a_league_of_fifty_and_its_newcomers() -> None:
    groups = split(base_order(SEED, range(50)), capacity(20, 2))
    assert [len(group) for group in groups] == [10] * 5
    assert capacity(22, 2) == 11
    assert group_of_newcomer({1: 10, 2: 9, 3: 9}, 10) == 2
    assert group_of_newcomer({1: 10, 2: 10}, 10) is None
