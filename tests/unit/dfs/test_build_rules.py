"""Shares as counts, fingerprints, gaps, and names as they are compared."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.dfs.builds.rules import ShareOfPlayer, exposures_of, fingerprint, gap_of, trusted
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.optimizer.rules import Exposure
from pickvs.dfs.projections.rules import Projection
from pickvs.dfs.slates.rules import normal_name

SHARES = st.decimals(0, 1, places=4)


@given(most=SHARES, own=SHARES, count=st.integers(1, 500))
def test_a_share_is_never_exceeded_as_a_count(most: Decimal, own: Decimal, count: int) -> None:
    found = exposures_of([ShareOfPlayer(player=1, most=own)], most=most, players=[1, 2, 3], locks=[3], count=count)
    for player, share in ((1, own), (2, most)):
        assert found[player].most <= max(share * count, 1)
        assert (found[player].most == 0) == (share == 0)
    assert 3 not in found


def test_a_least_share_is_rounded_up_and_a_most_one_down() -> None:
    shares = [ShareOfPlayer(player=1, least=Decimal("0.33"), most=Decimal("0.33"))]
    assert exposures_of(shares, most=None, players=[1, 2], locks=[], count=20) == {1: Exposure(least=7, most=6)}


@given(players=st.permutations(range(1, 9)))
def test_slots_of_one_factor_make_no_difference(players: list[int]) -> None:
    assert fingerprint(FORMATS["dk_nba_classic"], players) == "1,2,3,4,5,6,7,8"


def test_another_captain_makes_another_lineup() -> None:
    showdown = FORMATS["dk_nba_showdown"]
    assert fingerprint(showdown, [2, 1, 3, 4, 5, 6]) == "2;1,3,4,5,6"
    assert fingerprint(showdown, [2, 6, 5, 4, 3, 1]) == fingerprint(showdown, [2, 1, 3, 4, 5, 6])
    assert fingerprint(showdown, [1, 2, 3, 4, 5, 6]) != fingerprint(showdown, [2, 1, 3, 4, 5, 6])


def test_a_gap_is_a_share_of_the_bound_and_never_negative() -> None:
    assert gap_of(Decimal(999), Decimal(1000)) == Decimal("0.001")
    assert gap_of(Decimal(1000), Decimal("999.9")) == 0
    assert gap_of(Decimal(0), None) is None


@pytest.mark.parametrize(
    ("name", "compared"),
    [
        ("Luka Dončić", "luka doncic"),
        ("Jaren Jackson Jr.", "jaren jackson"),
        ("P.J. Washington", "pj washington"),
        ("D'Angelo Russell", "dangelo russell"),
        ("Karl-Anthony Towns", "karl anthony towns"),
        ("Jr.", "jr"),
    ],
)
def test_names_are_compared_without_accents_dots_and_suffixes(name: str, compared: str) -> None:
    assert normal_name(name) == compared


def test_points_are_weighed_against_what_the_field_expects() -> None:
    both = Projection(player=1, points=Decimal(40), field_points=Decimal("30.01"))
    assert [trusted(both, trust) for trust in (None, Decimal(1), Decimal("0.5"), Decimal(0))] == [
        Decimal(40),
        Decimal(40),
        Decimal("35.00"),
        Decimal("30.01"),
    ]
    assert trusted(Projection(player=1, points=Decimal(40)), Decimal("0.5")) == 40
