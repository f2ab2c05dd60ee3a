"""The checker of the tests notices each rule that a lineup or a portfolio breaks."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from pickvs.dfs.optimizer.pool import Lineup
from pickvs.dfs.optimizer.rules import (
    Comparison,
    Exposure,
    Group,
    LineupRules,
    OpposingPositions,
    PortfolioRules,
    Stack,
)
from tests.support.lineups import every_lineup, lineup_faults, portfolio_faults
from tests.support.player_pools import SMALL_FORMATS, made_pool

POOL = made_pool(SMALL_FORMATS[0], random.Random(3), players=10, games=2)  # noqa: S311 - no secret
LINEUPS = sorted(every_lineup(POOL, LineupRules()), key=lambda lineup: (lineup.points, lineup.players))
BEST = LINEUPS[-1]
PLAYERS = {player.id: player for player in POOL.players}
CHOSEN = [PLAYERS[each] for each in BEST.players]
IN, OUT = frozenset(BEST.players), frozenset(PLAYERS) - frozenset(BEST.players)
TEAM = CHOSEN[0].team
OF_TEAM = sum(player.team == TEAM for player in CHOSEN)

BROKEN = {
    "lock": LineupRules(locks=frozenset({min(OUT)})),
    "exclude": LineupRules(excludes=frozenset({min(IN)})),
    "at most": LineupRules(groups=(Group(players=IN, comparison=Comparison.AT_MOST, count=3),)),
    "at least": LineupRules(groups=(Group(players=OUT, comparison=Comparison.AT_LEAST, count=1),)),
    "exactly": LineupRules(groups=(Group(players=IN, comparison=Comparison.EXACTLY, count=3, if_player=min(IN)),)),
    "team_most": LineupRules(team_most={TEAM: OF_TEAM - 1}),
    "team_least": LineupRules(team_least={TEAM: OF_TEAM + 1}),
    "min_salary": LineupRules(min_salary=BEST.salary + 1),
    "min_points": LineupRules(min_points=min(player.points for player in CHOSEN) + Decimal("0.01")),
    "max_ownership": LineupRules(max_ownership=sum(p.ownership or 0 for p in CHOSEN) - Decimal("0.01")),
    "stack": LineupRules(stacks=(Stack(count=OF_TEAM + 1, teams=frozenset({TEAM})),)),
    "opposing": LineupRules(opposing=(OpposingPositions(positions=frozenset("ABC"), against=frozenset("ABC")),)),
}


@pytest.mark.parametrize("rules", BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_one_fault(rules: LineupRules) -> None:
    assert len(lineup_faults(POOL, rules, BEST)) == 1


def test_a_lineup_that_keeps_all_rules_has_no_fault() -> None:
    kept = LineupRules(
        locks=IN,
        excludes=OUT,
        groups=(Group(players=IN, comparison=Comparison.AT_MOST, count=3, if_player=min(OUT)),),
        stacks=(Stack(count=1, opponents=1),),
        team_most={TEAM: OF_TEAM},
        team_least={TEAM: OF_TEAM},
        min_salary=BEST.salary,
    )
    assert lineup_faults(POOL, kept, BEST) == []


@pytest.mark.parametrize(
    "lineup",
    [
        replace(BEST, points=BEST.points + Decimal("0.01")),
        replace(BEST, salary=BEST.salary - 100),
        replace(BEST, players=BEST.players[:3]),
        replace(BEST, players=(*BEST.players[:3], 1)),
        replace(BEST, players=(*BEST.players[:3], BEST.players[0])),
        replace(BEST, players=BEST.players[::-1]),
    ],
    ids=["points", "salary", "short", "unknown", "twice", "slots"],
)
def test_a_lineup_that_is_none_has_faults(lineup: Lineup) -> None:
    assert lineup_faults(POOL, LineupRules(), lineup)


def test_the_rules_of_a_site_are_judged() -> None:
    for change in ({"cap": BEST.salary - 100}, {"min_games": 3}, {"min_teams": 5}, {"max_per_team": OF_TEAM - 1}):
        stricter = replace(POOL, format=replace(POOL.format, **change))
        assert lineup_faults(stricter, LineupRules(), BEST), change


@pytest.mark.parametrize(
    ("asked", "lineups"),
    [
        (PortfolioRules(count=2), [BEST, BEST]),
        (PortfolioRules(count=2), [BEST]),
        (PortfolioRules(count=1), LINEUPS[:2]),
        (PortfolioRules(count=1, taken=(IN,)), [BEST]),
        (PortfolioRules(count=1, taken=(IN,), max_repeating=2), [LINEUPS[-2]]),
        (PortfolioRules(count=1, exposures={min(IN): Exposure(least=0, most=0)}), [BEST]),
        (PortfolioRules(count=1, exposures={min(OUT): Exposure(least=1, most=1)}), [BEST]),
        (PortfolioRules(count=len(LINEUPS), max_repeating=2), LINEUPS),
    ],
    ids=["twice", "missing", "too many", "taken", "near a taken one", "most", "least", "repeating"],
)
def test_a_broken_rule_of_a_portfolio_is_a_fault(asked: PortfolioRules, lineups: list[Lineup]) -> None:
    assert portfolio_faults(POOL, LineupRules(), asked, lineups)
