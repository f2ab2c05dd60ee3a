"""A shortage is a proof: what there is never counts as impossible, and a way out leads out."""

import random
from collections import Counter
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.optimizer.rules import Exposure, LineupRules, PortfolioRules
from pickvs.dfs.optimizer.shortages import find_shortage, places_used
from tests.support.lineups import every_lineup
from tests.support.player_pools import made_pool, pools


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_a_portfolio_that_exists_is_possible_and_one_more_is_not(data: st.DataObject) -> None:
    pool = data.draw(pools())
    legal = list(every_lineup(pool, LineupRules()))
    assume(len(legal) > 3)
    chosen = data.draw(st.lists(st.sampled_from(legal), min_size=1, max_size=30, unique_by=lambda each: each.players))
    used = Counter(player for lineup in chosen for player in lineup.players)
    exact = {player.id: Exposure(least=used[player.id], most=used[player.id]) for player in pool.players}
    asked = PortfolioRules(count=len(chosen), exposures=exact)
    assert find_shortage(pool, LineupRules(), asked) is None
    assert places_used(pool, asked) == 1

    more = data.draw(st.integers(1, 10))
    shortage = find_shortage(pool, LineupRules(), replace(asked, count=len(chosen) + more))
    assert shortage is not None
    assert (shortage.possible, shortage.missing) == (len(chosen), more)
    assert shortage.players
    relaxed = {**exact, **{step.player: step.exposure for step in shortage.relaxation}}
    assert find_shortage(pool, LineupRules(), PortfolioRules(count=len(chosen) + more, exposures=relaxed)) is None


def test_rules_count_as_well() -> None:
    pool = made_pool(FORMATS["dk_nba_classic"], random.Random(5), players=80, games=4)  # noqa: S311 - no secret
    one, two = (player.id for player in pool.players[:2])
    locked = LineupRules(locks=frozenset({one}))
    asked = PortfolioRules(count=20, exposures={one: Exposure(least=0, most=13), two: Exposure(least=0, most=20)})
    shortage = find_shortage(pool, locked, asked)
    assert shortage is not None
    assert (shortage.possible, shortage.players) == (13, (one,))
    assert [(step.player, step.exposure) for step in shortage.relaxation] == [(one, Exposure(least=0, most=20))]
    assert shortage.text == (
        f"At most 13 of 20 lineups fit the maximal exposures. They are held back by {pool.players[0].name}."
        " Allow players up to 7 more lineups, or ask for 13."
    )
    assert find_shortage(pool, LineupRules(), asked) is None


def test_minimal_exposures_that_do_not_fit_are_lowered() -> None:
    pool = made_pool(FORMATS["dk_nba_classic"], random.Random(5), players=80, games=4)  # noqa: S311 - no secret
    centres = [player.id for player in pool.players if player.slots == {"C", "UTIL"}][:3]
    asked = PortfolioRules(count=20, exposures={each: Exposure(least=16, most=20) for each in centres})
    shortage = find_shortage(pool, LineupRules(), asked)
    assert shortage is not None
    assert shortage.missing == 0
    # Two slots of 20 lineups are 40 places for three players: 14, 13 and 13 are left, or 13 for each.
    assert sum(step.exposure.least for step in shortage.relaxation) in {39, 40}
    assert {step.player for step in shortage.relaxation} == set(centres)
    assert shortage.text.startswith("The minimal exposures do not fit into 20 lineups.")
