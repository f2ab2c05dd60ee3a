"""The best lineup of the rows, which HiGHS finds, is that of the search: each is the other's oracle on whole slates."""

from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.optimizer import automaton
from pickvs.dfs.optimizer.highs import Program, Solver
from pickvs.dfs.optimizer.lineups import best_lineups
from pickvs.dfs.optimizer.naming import name_rules
from pickvs.dfs.optimizer.pool import Pool
from pickvs.dfs.optimizer.rows import lineup_rows
from pickvs.dfs.optimizer.rules import LineupRules
from tests.support.lineup_rules import rules_of
from tests.support.player_pools import pools


def best_of_rows(pool: Pool, rules: LineupRules) -> float | None:
    rows = lineup_rows(pool, rules, name_rules(pool, rules))
    program = Program()
    worth = {
        column: float(player.points * factor)
        for player in pool.players
        for column, factor in rows.of_player[player.id].items()
    }
    bending = {slack.column for slack in rows.slacks}
    for number, column in enumerate(rows.columns):
        upper = 0.0 if number in bending else column.upper
        program.column(upper, cost=-worth.get(number, 0.0), whole=column.whole)
    for row in rows.rows:
        program.row(row.terms, row.lower, row.upper)
    found = Solver(program).solve()
    return None if found is None else -found.objective


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_highs_and_the_search_agree(data: st.DataObject) -> None:
    pool = data.draw(pools([*FORMATS.values()], players=(20, 50), games=(2, 4)))
    rules = data.draw(rules_of(pool) | st.just(LineupRules()))
    with mock.patch.object(automaton, "_CHANGES", 3):  # a better order of the classes is not worth its search here
        best = best_lineups(pool, rules, 1)
    found = best_of_rows(pool, rules)
    if found is None:
        assert best == []
    else:
        assert abs(float(best[0].points) - found) < 1e-3
