"""A conflict names rules that contradict each other, none too many, and a way out."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pickvs.dfs.optimizer.conflicts import find_conflict
from pickvs.dfs.optimizer.naming import keep_only
from pickvs.dfs.optimizer.pool import Lineup, Pool
from pickvs.dfs.optimizer.rules import LineupRules
from tests.support.lineup_rules import rules_of
from tests.support.lineups import every_lineup, lineup_faults
from tests.support.player_pools import pools


def has_lineup(pool: Pool, all_lineups: list[Lineup], rules: LineupRules) -> bool:
    return any(not lineup_faults(pool, rules, lineup) for lineup in all_lineups)


@given(st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
