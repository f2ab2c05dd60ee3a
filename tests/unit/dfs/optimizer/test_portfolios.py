"""Portfolios keep every rule, never exceed their bound, and can be continued at every batch."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.optimizer.highs import Program, Solver
from pickvs.dfs.optimizer.lineups import best_lineups
from pickvs.dfs.optimizer.pool import Lineup, Pool
from pickvs.dfs.optimizer.portfolio import Batch, build
from pickvs.dfs.optimizer.problem import PoolError
from pickvs.dfs.optimizer.rules import (
    Comparison,
    Exposure,
    Group,
    LineupRules,
    PortfolioRules,
    Randomness,
    Stack,
)
from tests.support.lineups import every_lineup, portfolio_faults
from tests.support.player_pools import made_pool, pools

FREE = LineupRules()


def built(pool: Pool, rules: LineupRules, asked: PortfolioRules, committed: Sequence[Lineup] = ()) -> list[Batch]:
    return list(build(pool, rules, asked, committed))


def made(format_id: str, players: int, *, games: int) -> Pool:
    return made_pool(FORMATS[format_id], random.Random(5), players=players, games=games)  # noqa: S311 - no secret


def all_of(batches: Sequence[Batch]) -> list[Lineup]:
    return [lineup for batch in batches for lineup in batch.lineups]


def capped(pool: Pool, most: int) -> dict[int, Exposure]:
    return {player.id: Exposure(least=0, most=most) for player in pool.players}


@st.composite
def portfolios(draw: st.DrawFn, pool: Pool) -> PortfolioRules:
    """Draw what is asked of a small pool: often more than it can give."""
    count = draw(st.integers(1, 40))
    ids = [player.id for player in pool.players]
    exposures = {}
    for player in draw(st.lists(st.sampled_from(ids), unique=True)):
        most = draw(st.integers(1, count))
        exposures[player] = Exposure(least=draw(st.sampled_from([0, 0, 0, most // 3])), most=most)
    sets = st.frozensets(st.sampled_from(ids), min_size=pool.format.size, max_size=pool.format.size)
    return PortfolioRules(
        count=count,
        exposures=exposures,
        max_repeating=draw(st.sampled_from([None, *range(1, pool.format.size + 1)])),
        taken=tuple(draw(st.lists(sets, max_size=4))),
        randomness=draw(
            st.sampled_from([None, None, Randomness(deviation=Decimal("0.2")), Randomness(deviation=None)])
        ),
        seed=draw(st.integers(0, 9)),
    )


@st.composite
def rules_of(draw: st.DrawFn, pool: Pool) -> LineupRules:
    """Draw the rules of single lineups: none, or one that search and prices treat in a way of its own."""
    ids = st.frozensets(st.sampled_from([player.id for player in pool.players]), min_size=1, max_size=4)
    comparison = st.sampled_from(list(Comparison))
    return draw(
        st.one_of(
            st.just(FREE),
            st.builds(lambda most: LineupRules(max_ownership=most), st.decimals("0.3", "1.5", places=2)),
            st.builds(lambda count: LineupRules(stacks=(Stack(count=count, opponents=1),)), st.integers(1, 2)),
            st.builds(
                lambda players, how: LineupRules(groups=(Group(players=players, comparison=how, count=1),)),
                ids,
                comparison,
            ),
        )
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_portfolios_keep_every_rule_and_say_what_is_missing(data: st.DataObject) -> None:
    pool = data.draw(pools())
    rules, asked = data.draw(rules_of(pool)), data.draw(portfolios(pool))
    batches = built(pool, rules, asked)
    lineups, last = all_of(batches), batches[-1]

    assert [batch.last for batch in batches] == [*(False for _ in batches[1:]), True]
    assert portfolio_faults(pool, rules, asked, lineups, complete=last.shortfall is None) == []
    assert last.points == sum(lineup.points for lineup in lineups)
    assert last.found == len(lineups)
    used = Counter(player for lineup in lineups for player in lineup.players)
    if last.shortfall is None:
        assert last.points <= last.bound
        assert last.gap is not None
    else:
        assert last.shortfall.missing == asked.count - len(lineups)
        assert set(last.shortfall.used_up) == {p for p, each in asked.exposures.items() if used[p] == each.most}
        assert last.shortfall.unmet == {
            p: each.least - used[p] for p, each in asked.exposures.items() if used[p] < each.least
        }
        assert last.shortfall.missing or last.shortfall.unmet


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_portfolio_exceeds_the_bound(data: st.DataObject) -> None:
    """HiGHS chooses among all lineups of the pool; it knows nothing of prices."""
    pool = data.draw(pools(players=(6, 9)))
    rules = data.draw(rules_of(pool))
    lineups = list(every_lineup(pool, rules))
    count = data.draw(st.integers(1, max(1, min(10, len(lineups)))))
    asked = replace(data.draw(portfolios(pool)), count=count, max_repeating=None, randomness=None, taken=())
    asked = replace(
        asked,
        exposures={
            player: Exposure(least=min(each.least, count), most=min(each.most, count))
            for player, each in asked.exposures.items()
        },
    )
    best = best_of_all(lineups, asked)
    last = built(pool, rules, asked)[-1]
    if best is None:
        assert last.shortfall is not None
    else:
        assert best <= last.bound + Decimal("0.0001")  # what HiGHS calls whole differs from it by less
        if last.shortfall is None:
            assert last.points <= best + Decimal("0.0001")


def best_of_all(lineups: Sequence[Lineup], asked: PortfolioRules) -> Decimal | None:
    """Return the most points that so many of the lineups have within the exposures, None if that is impossible."""
    if len(lineups) < asked.count:
        return None
    program = Program()
    columns = [program.column(cost=-float(lineup.points), whole=True) for lineup in lineups]
    program.row(dict.fromkeys(columns, 1.0), asked.count, asked.count)
    for player, exposure in asked.exposures.items():
        using = {column: 1.0 for column, lineup in zip(columns, lineups, strict=True) if player in lineup.players}
        program.row(using, exposure.least, exposure.most)
    solution = Solver(program).solve()
    return None if solution is None else Decimal(-solution.objective).quantize(Decimal("0.00001"))


@pytest.mark.parametrize(
    ("format_id", "players", "repeating", "randomness"),
    [
        ("dk_nba_classic", 60, 5, None),
        ("dk_nba_showdown", 24, 3, None),  # so tight that steps draw further lineups
        ("fd_nba_classic", 60, 6, Randomness(deviation=Decimal("0.12"))),
        ("dk_f1_classic", 30, None, None),
    ],
)
def test_a_portfolio_is_good_and_continues_where_it_stopped(
    format_id: str, players: int, repeating: int | None, randomness: Randomness | None
) -> None:
    pool = made(format_id, players, games=4 if players > 30 else 2)
    asked = PortfolioRules(count=40, exposures=capped(pool, 20), max_repeating=repeating, randomness=randomness, seed=3)
    batches = built(pool, FREE, asked)
    lineups = all_of(batches)
    assert [len(batch.lineups) for batch in batches] == [15, 15, 10]
    assert portfolio_faults(pool, FREE, asked, lineups) == []
    if randomness is None and repeating != 3:
        assert batches[-1].gap is not None
        assert batches[-1].gap < Decimal("0.004")
    for committed in (15, 40):
        again = built(pool, FREE, asked, lineups[:committed])
        assert all_of(again) == lineups[committed:]
        assert (again[-1].found, again[-1].points, again[-1].bound) == (40, batches[-1].points, batches[-1].bound)


def test_another_seed_draws_other_lineups() -> None:
    pool = made("dk_nba_classic", 40, games=3)
    asked = PortfolioRules(count=10, randomness=Randomness(deviation=Decimal("0.3")), seed=1)
    first, again, other = (
        {frozenset(lineup.players) for lineup in all_of(built(pool, FREE, replace(asked, seed=seed)))}
        for seed in (1, 1, 2)
    )
    assert first == again
    assert len(first & other) < 5


def test_a_draw_moves_between_the_ends_that_it_is_given() -> None:
    pool = made("dk_nba_showdown", 20, games=1)
    still = PortfolioRules(count=10, randomness=Randomness(deviation=Decimal(0)))
    assert all_of(built(pool, FREE, still)) == best_lineups(pool, FREE, 10)
    # Floor and ceiling are one value, and it is another than the projection: the draw is that value.
    other = {player.id: Decimal(60) - player.points for player in pool.players}
    fixed = tuple(replace(player, floor=other[player.id], ceiling=other[player.id]) for player in pool.players)
    first = all_of(built(replace(pool, players=fixed), FREE, replace(still, randomness=Randomness(deviation=None))))[0]
    turned = tuple(replace(player, points=other[player.id]) for player in pool.players)
    assert first.players == best_lineups(replace(pool, players=turned), FREE, 1)[0].players


def test_without_limits_the_best_are_built_and_the_gap_is_zero() -> None:
    pool = made("dk_nba_classic", 50, games=4)
    best = best_lineups(pool, FREE, 25)
    batches = built(pool, FREE, PortfolioRules(count=20))
    assert all_of(batches) == best[:20]
    assert batches[-1].gap == 0
    taken = tuple(frozenset(lineup.players) for lineup in best[:5])
    batches = built(pool, FREE, PortfolioRules(count=20, taken=taken))
    assert all_of(batches) == best[5:]
    assert batches[-1].gap == 0


def test_minimal_exposures_are_kept_to_the_last_lineup() -> None:
    pool = made("dk_nba_classic", 50, games=4)
    worst = sorted(pool.players, key=lambda player: player.points / player.salary)[:3]
    exposures = capped(pool, 12) | {player.id: Exposure(least=9, most=12) for player in worst}
    asked = PortfolioRules(count=20, exposures=exposures, max_repeating=6)
    batches = built(pool, FREE, asked)
    assert portfolio_faults(pool, FREE, asked, all_of(batches)) == []


def test_exposures_that_are_too_tight_end_in_a_shortfall() -> None:
    pool = made("dk_nba_classic", 30, games=4)
    asked = PortfolioRules(count=20, exposures=capped(pool, 3))
    last = built(pool, FREE, asked)[-1]
    assert last.shortfall is not None
    assert last.shortfall.missing >= 20 - 30 * 3 // 8
    assert last.shortfall.used_up
    assert last.gap is None
    assert last.points <= last.bound < last.points * Decimal("1.05")


def test_the_solver_writes_nothing_to_stdout(capfd: pytest.CaptureFixture[str]) -> None:
    pool = made("dk_nba_showdown", 20, games=1)
    built(pool, FREE, PortfolioRules(count=5, exposures=capped(pool, 3)))
    assert capfd.readouterr() == ("", "")


def test_what_cannot_be_asked_is_refused() -> None:
    pool = made("dk_nba_classic", 30, games=4)
    first = best_lineups(pool, FREE, 1)[0]
    unknown = PortfolioRules(count=2, exposures={7: Exposure(least=0, most=1)})
    crossed = PortfolioRules(count=2, exposures={first.players[0]: Exposure(least=2, most=1)})
    with pytest.raises(PoolError, match="not in the pool"):
        built(pool, FREE, unknown)
    with pytest.raises(PoolError, match="2 to 1"):
        built(pool, FREE, crossed)
    with pytest.raises(PoolError, match="pool has changed"):
        built(pool, LineupRules(excludes=frozenset(first.players[:1])), PortfolioRules(count=2), [first])
