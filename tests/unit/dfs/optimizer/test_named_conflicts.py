"""Thirty conflicts of whole slates: what they are called, and what is offered.

Whether lineups exist is judged by the search for the best lineups, which shares nothing with the rows of the conflicts.
"""

import random
from decimal import Decimal

import pytest

from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.optimizer import automaton
from pickvs.dfs.optimizer.conflicts import find_conflict
from pickvs.dfs.optimizer.lineups import best_lineups
from pickvs.dfs.optimizer.naming import keep_only
from pickvs.dfs.optimizer.pool import Player, Pool
from pickvs.dfs.optimizer.rules import Comparison, Group, LineupRules, OpposingPositions, Stack
from tests.support.lineups import lineup_faults
from tests.support.player_pools import made_pool

AT_MOST, AT_LEAST, EXACTLY = Comparison.AT_MOST, Comparison.AT_LEAST, Comparison.EXACTLY
_POOLS = {name: made_pool(FORMATS[name], random.Random(7), players=60, games=5) for name in FORMATS}  # noqa: S311
_SHOWDOWN = made_pool(FORMATS["dk_nba_showdown"], random.Random(7), players=40, games=1)  # noqa: S311 - no secret


def _of(pool: Pool, *wanted: str) -> list[Player]:
    """Return the players of exactly these positions, the dearest first."""
    found = [player for player in pool.players if player.positions == set(wanted)]
    return sorted(found, key=lambda player: (-player.salary, player.id))


def _ids(players: list[Player]) -> frozenset[int]:
    return frozenset(player.id for player in players)


def _all_of(pool: Pool, team: str) -> frozenset[int]:
    return _ids([player for player in pool.players if player.team == team])


NBA, FD, F1 = _POOLS["dk_nba_classic"], _POOLS["fd_nba_classic"], _POOLS["dk_f1_classic"]
NFL, NHL = _POOLS["dk_nfl_classic"], _POOLS["dk_nhl_classic"]
MLB = made_pool(FORMATS["dk_mlb_classic"], random.Random(7), players=44, games=2)  # noqa: S311 - no secret
CENTRES, GUARDS = _of(NBA, "C"), _of(NBA, "PG")
STAR, WEAK = GUARDS[0], min(NBA.players, key=lambda player: player.points)
RIVAL = next(p for p in GUARDS if p.game == STAR.game and p.team != STAR.team)
HITTERS = _ids([p for p in MLB.players if p.team == "A1" and not p.positions & {"P", "SP", "RP"}])

# name: pool, rules, kinds of the named rules in the order of their names
CONFLICTS: dict[str, tuple[Pool, LineupRules, str]] = {
    "lock and exclude": (NBA, LineupRules(locks=_ids([STAR]), excludes=_ids([STAR])), "exclude lock"),
    "three pure centres": (NBA, LineupRules(locks=_ids(CENTRES[-3:]), min_salary=40_000), "lock lock lock"),
    "four pure point guards": (NBA, LineupRules(locks=_ids(GUARDS[-4:])), "lock lock lock lock"),
    "dear players": (NBA, LineupRules(locks=_ids(GUARDS[:2] + CENTRES[:2] + _of(NBA, "SF")[:2])), "lock*"),
    "locks and a group": (
        NBA,
        LineupRules(locks=_ids(GUARDS[-2:]), groups=(Group(players=_ids(GUARDS), comparison=AT_MOST, count=1),)),
        "group lock lock",
    ),
    "three teams": (
        NBA,
        LineupRules(team_least={"A0": 3, "H1": 3, "A3": 3}, team_most={"A0": 4}),
        "team_least*",
    ),
    "most below least": (NBA, LineupRules(team_least={"A0": 3}, team_most={"A0": 2}), "team_least team_most"),
    "a team locked out": (NBA, LineupRules(locks=_ids([STAR]), team_most={STAR.team: 0}), "lock team_most"),
    "a team excluded": (
        NBA,
        LineupRules(excludes=_all_of(NBA, "A0"), team_least={"A0": 1}),
        "exclude* team_least",
    ),
    "nobody to run": (NBA, LineupRules(excludes=_ids([p for p in NBA.players if "PG" in p.positions])), "exclude*"),
    "weak players": (NBA, LineupRules(min_points=max(p.points for p in NBA.players)), "min_points"),
    "a weak lock": (NBA, LineupRules(locks=_ids([WEAK]), min_points=WEAK.points + 1), "lock min_points"),
    "more than the cap": (NBA, LineupRules(min_salary=50_100), "min_salary"),
    "nobody is that rare": (NBA, LineupRules(max_ownership=Decimal("-0.01")), "max_ownership"),
    "a group of too many": (
        NBA,
        LineupRules(groups=(Group(players=_ids(CENTRES), comparison=AT_LEAST, count=3),)),
        "group",
    ),
    "two groups": (
        NBA,
        LineupRules(
            groups=(
                Group(players=_ids(GUARDS), comparison=EXACTLY, count=2),
                Group(players=_ids(GUARDS), comparison=AT_MOST, count=1),
                Group(players=_ids(CENTRES), comparison=AT_MOST, count=1),
            )
        ),
        "group group",
    ),
    "if A then B": (
        NBA,
        LineupRules(
            locks=_ids([STAR]),
            groups=(Group(players=_ids([RIVAL]), comparison=AT_LEAST, count=1, if_player=STAR.id),),
            excludes=_ids([RIVAL]),
        ),
        "exclude group lock",
    ),
    "a stack of a full roster": (NBA, LineupRules(stacks=(Stack(count=8),)), "stack"),
    "a stack beyond a team's limit": (
        NBA,
        LineupRules(stacks=(Stack(count=3, teams=frozenset({"A1"})),), team_most={"A1": 2, "A2": 2}),
        "stack team_most",
    ),
    "two large stacks": (
        NBA,
        LineupRules(stacks=(Stack(count=5, teams=frozenset({"A1"})), Stack(count=4, teams=frozenset({"H4"})))),
        "stack stack",
    ),
    "opponents apart and together": (
        NBA,
        LineupRules(
            locks=_ids([STAR, RIVAL]),
            opposing=(OpposingPositions(positions=frozenset({"PG"}), against=frozenset({"PG"})),),
        ),
        "lock lock opposing",
    ),
    "cheap and dear": (
        NBA,
        LineupRules(min_salary=49_900, groups=(Group(players=_ids([p for p in NBA.players if p.salary > 5_000]),
                                                     comparison=AT_MOST, count=0),)),
        "group min_salary",
    ),
    "two captains' prices": (
        _SHOWDOWN,
        LineupRules(locks=_ids(sorted(_SHOWDOWN.players, key=lambda p: -p.salary)[:6])),
        "lock*",
    ),
    "one team of a showdown": (_SHOWDOWN, LineupRules(team_most={"A0": 0}), "team_most"),
    "fanduel's two centres": (FD, LineupRules(locks=_ids(_of(FD, "C")[:2])), "lock lock"),
    "fanduel's five of a team": (FD, LineupRules(team_least={"A1": 5}), "team_least"),
    "two constructors": (F1, LineupRules(locks=_ids(_of(F1, "CNSTR")[:2])), "lock lock"),
    "two quarterbacks": (NFL, LineupRules(locks=_ids(_of(NFL, "QB")[-2:]), team_most={"A1": 3}), "lock lock"),
    "a passing stack without receivers": (
        NFL,
        LineupRules(
            stacks=(Stack(count=2, teams=frozenset({"A1"}), positions=frozenset({"WR", "TE"})),),
            excludes=_ids([p for p in NFL.players if p.team == "A1" and p.positions & {"WR", "TE"}]),
        ),
        "exclude* stack",
    ),
    "six hitters": (MLB, LineupRules(groups=(Group(players=HITTERS, comparison=AT_LEAST, count=6),)), "group"),
    "three goalies": (NHL, LineupRules(locks=_ids(_of(NHL, "G")[-2:]), min_salary=30_000), "lock lock"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _unordered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search no better order of the classes: it takes longer than the few searches here."""
    monkeypatch.setattr(automaton, "_CHANGES", 3)


def has_lineup(pool: Pool, rules: LineupRules) -> bool:
    best = best_lineups(pool, rules, 1)
    assert not best or lineup_faults(pool, rules, best[0]) == []
    return bool(best)


@pytest.mark.parametrize("name", CONFLICTS)
def test_the_named_rules_are_a_minimal_conflict(name: str) -> None:
    pool, rules, kinds = CONFLICTS[name]
    conflict = find_conflict(pool, rules)
    assert conflict is not None
    named = sorted(str(rule.kind) for rule in conflict.rules)
    if "*" in kinds:
        assert sorted(set(named)) == kinds.replace("*", "").split()
    else:
        assert " ".join(named) == kinds
    assert not has_lineup(pool, keep_only(rules, conflict.rules))
    for rule in conflict.rules[:4]:
        assert has_lineup(pool, keep_only(rules, [each for each in conflict.rules if each != rule])), rule
    assert conflict.relaxation
    assert has_lineup(pool, conflict.relaxed), conflict.relaxation
