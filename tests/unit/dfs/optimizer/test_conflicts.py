"""A conflict names rules that contradict each other, none too many, and a way out."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pickvs.dfs.optimizer.conflicts import find_conflict
from pickvs.dfs.optimizer.naming import keep_only
from pickvs.dfs.optimizer.pool import Lineup, Pool
from pickvs.dfs.optimizer.rules import Comparison, Group, LineupRules, OpposingPositions, Stack
from tests.support.lineups import every_lineup, lineup_faults
from tests.support.player_pools import pools


@st.composite
def rules_of(draw: st.DrawFn, pool: Pool) -> LineupRules:
    ids = sorted(player.id for player in pool.players)
    teams = sorted({player.team for player in pool.players})
    some = st.frozensets(st.sampled_from(ids), max_size=4)
    positions = st.frozensets(st.sampled_from("ABC"), min_size=1, max_size=2)
    group = st.builds(
        Group,
        players=some,
        comparison=st.sampled_from(Comparison),
        count=st.integers(0, 4),
        if_player=st.none() | st.sampled_from(ids),
    )
    stack = st.builds(
        Stack,
        count=st.integers(1, 3),
        opponents=st.integers(0, 2),
        teams=st.frozensets(st.sampled_from(teams), max_size=2),
        positions=st.just(frozenset[str]()) | positions,
    )
    of_teams = st.dictionaries(st.sampled_from(teams), st.integers(0, 3), max_size=2)
    return draw(
        st.builds(
            LineupRules,
            locks=some,
            excludes=some,
            groups=st.lists(group, max_size=3).map(tuple),
            stacks=st.lists(stack, max_size=2).map(tuple),
            opposing=st.lists(st.builds(OpposingPositions, positions=positions, against=positions), max_size=1).map(
                tuple
            ),
            team_most=of_teams,
            team_least=of_teams,
            min_salary=st.none() | st.integers(pool.format.cap * 8 // 10, pool.format.cap).map(lambda x: x // 50 * 50),
            max_ownership=st.none() | st.decimals("0.2", "2", places=3),
            min_points=st.none() | st.decimals("5", "40", places=1),
        )
    )


def has_lineup(pool: Pool, all_lineups: list[Lineup], rules: LineupRules) -> bool:
    return any(not lineup_faults(pool, rules, lineup) for lineup in all_lineups)


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_conflict_is_minimal_and_its_relaxation_ends_it(data: st.DataObject) -> None:
    pool = data.draw(pools())
    lineups, rules = list(every_lineup(pool, LineupRules())), data.draw(rules_of(pool))
    conflict = find_conflict(pool, rules)
    assert (conflict is None) == has_lineup(pool, lineups, rules)
    if conflict is None:
        return
    assert not has_lineup(pool, lineups, keep_only(rules, conflict.rules))
    for rule in conflict.rules:
        assert has_lineup(pool, lineups, keep_only(rules, [each for each in conflict.rules if each != rule])), rule
    if conflict.rules:
        assert conflict.relaxation
        assert has_lineup(pool, lineups, conflict.relaxed), conflict.relaxation
    else:
        assert not lineups
