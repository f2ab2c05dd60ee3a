"""Rules that a user might ask for, of any pool."""

from decimal import Decimal

from hypothesis import strategies as st

from pickvs.dfs.optimizer.pool import Pool
from pickvs.dfs.optimizer.rules import Comparison, Group, LineupRules, OpposingPositions, Stack


@st.composite
def rules_of(draw: st.DrawFn, pool: Pool) -> LineupRules:
    """Draw rules of every kind; some contradict each other."""
    ids = sorted(player.id for player in pool.players)
    teams = sorted({player.team for player in pool.players})
    played = sorted(frozenset[str]().union(*(player.positions for player in pool.players)))
    some = st.frozensets(st.sampled_from(ids), max_size=4)
    positions = st.frozensets(st.sampled_from(played), min_size=1, max_size=2)
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
    opposing = st.builds(OpposingPositions, positions=positions, against=positions)
    of_teams = st.dictionaries(st.sampled_from(teams), st.integers(0, 3), max_size=2)
    cap = pool.format.cap
    return draw(
        st.builds(
            LineupRules,
            locks=some,
            excludes=some,
            groups=st.lists(group, max_size=3).map(tuple),
            stacks=st.lists(stack, max_size=2).map(tuple),
            opposing=st.lists(opposing, max_size=1).map(tuple),
            team_most=of_teams,
            team_least=of_teams,
            min_salary=st.none() | st.integers(cap * 8 // 10, cap).map(lambda dollars: dollars // 50 * 50),
            max_ownership=st.none() | st.integers(200, 2_000).map(lambda thousandths: Decimal(thousandths) / 1_000),
            min_points=st.none() | st.integers(50, 400).map(lambda tenths: Decimal(tenths) / 10),
        )
    )
