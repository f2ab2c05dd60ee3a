"""A simulated contest pays what a contest pays, and goes on after a stop as if there had been none."""

import json
from collections import Counter
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.simulation.contests import ContestSimulation, Sums
from pickvs.dfs.simulation.field import Field, make_field
from pickvs.dfs.simulation.lineups import lineup_rows, places
from pickvs.dfs.simulation.outcomes import Outcomes
from pickvs.dfs.simulation.payouts import Contest, Payout, PayoutsDoNotAddUp, contest
from pickvs.dfs.simulation.prizes import Prizes
from pickvs.dfs.simulation.rules import model_of
from tests.support.simulated_slates import slate

CLASSIC = FORMATS["dk_nba_classic"]
NBA = model_of("draftkings", "nba")


@st.composite
def contests(draw: st.DrawFn, least: int = 2, most: int = 60) -> Contest:
    entries = draw(st.integers(least, most))
    prizes = sorted(draw(st.lists(st.integers(1, 900), min_size=1, max_size=min(entries, 6))), reverse=True)
    last, payouts = 0, []
    for cents in prizes:
        first = last + 1
        last = draw(st.integers(first, max(first, entries - len(prizes))))
        payouts.append(Payout(first=first, last=min(last, entries), cents=cents))
        if last >= entries:
            break
    return contest(entries, draw(st.integers(0, 500)), payouts)


def paid_out(of: Contest, scores: list[int]) -> list[Fraction]:
    """What each entry gets, by the words of the rules: those who tie share the prizes of their places."""
    by_place = [Fraction(0)] * (len(scores) + of.size)
    for payout in of.payouts:
        for place in range(payout.first, payout.last + 1):
            by_place[place - 1] = Fraction(payout.cents)
    counted, first, prizes = Counter(scores), 0, {}
    for score in sorted(counted, reverse=True):
        prizes[score] = sum(by_place[first : first + counted[score]], Fraction(0)) / counted[score]
        first += counted[score]
    return [prizes[score] for score in scores]


@given(contests(), st.data())
def test_those_who_tie_share_the_prizes_of_their_places(of: Contest, data: st.DataObject) -> None:
    scores = data.draw(st.lists(st.integers(0, 12), min_size=of.size, max_size=of.size))
    ordered = np.sort(np.array([scores], dtype=np.float32), axis=1)
    above, tied = places(np.array([scores], dtype=np.float32), ordered)
    assert Prizes(of).shared(above[0].astype(float), tied[0].astype(float)) == pytest.approx(
        [float(each) for each in paid_out(of, scores)]
    )


@given(contests(3, 4_000), st.lists(st.integers(0, 15), min_size=2, max_size=40))
def test_a_sample_is_paid_the_whole_contest(of: Contest, scores: list[int]) -> None:
    """Each of a sampled field in turn as the user's only lineup: together, by their weights, they get all prizes."""
    scores = scores[: of.size]
    weight = of.size / len(scores)
    total = 0.0
    for own in range(len(scores)):
        others = np.sort(np.array([scores[:own] + scores[own + 1 :]], dtype=np.float32), axis=1)
        above, tied = places(np.array([[scores[own]]], dtype=np.float32), others)
        total += weight * float(Prizes(of).shared(above[0] * weight, (1 + tied[0]) * weight)[0])
    assert total == pytest.approx(of.prizes_cents)


@pytest.mark.parametrize(
    ("payouts", "stated", "wrong"),
    [
        ([], None, "begin with place 1"),
        ([(2, 3, 500)], None, "begin with place 1"),
        ([(1, 1, 500), (3, 3, 100)], None, "place 1 is followed by place 3"),
        ([(1, 1, 500), (2, 1, 100)], None, "no range"),
        ([(1, 1, 500), (2, 4, 600)], None, "place 2 pays more than place 1"),
        ([(1, 11, 500)], None, "11 places are paid, but the contest has 10 entries"),
        ([(1, 1, 500), (2, 2, 0)], None, "leave out places that pay nothing"),
        ([(1, 1, 500), (2, 4, 100)], 900, "sum up to 800 cents, the prizes stated are 900"),
    ],
)
def test_payouts_that_are_no_table_are_refused(
    payouts: list[tuple[int, int, int]], stated: int | None, wrong: str
) -> None:
    with pytest.raises(PayoutsDoNotAddUp, match=wrong):
        contest(10, 100, [Payout(first=first, last=last, cents=cents) for first, last, cents in payouts], stated)


@cache
def field_of(count: int) -> Field:
    return make_field(CLASSIC, slate(CLASSIC), count=count, seed=7)


def simulation(of: Contest, own: int, others: int) -> ContestSimulation:
    lineups = field_of(own + others).lineups
    return ContestSimulation(of, Outcomes(slate(CLASSIC), NBA, seed=7), CLASSIC, lineups[:own], lineups[own:])


TEN = contest(40, 300, [Payout(first=1, last=1, cents=4_000), Payout(first=2, last=5, cents=1_000)])
LARGE = contest(
    4_000,
    300,
    [
        Payout(first=1, last=1, cents=100_000),
        Payout(first=2, last=40, cents=5_000),
        Payout(first=41, last=900, cents=600),
    ],
)


def test_a_full_field_is_paid_as_by_hand() -> None:
    """Every simulation of a contest whose field is not sampled, entry by entry."""
    played = simulation(TEN, own=10, others=30)
    played.run(300)
    lineups = np.concatenate([played.entered, played.others])
    prizes, cashed, won, profits = np.zeros(10), np.zeros(10), np.zeros(10), 0
    for points in np.concatenate([played.outcomes.draw(block) for block in range(2)])[:300]:
        scores = [int(score) for score in points[lineups].sum(axis=1)]
        got = [float(each) for each in paid_out(TEN, scores)][:10]
        prizes += got
        cashed += [each > 0 for each in got]
        won += [score == max(scores) for score in scores[:10]]
        profits += sum(got) > 10 * TEN.fee_cents
    results = played.lineups()
    assert [each.prize_cents for each in results] == pytest.approx(prizes / 300)
    assert [each.roi for each in results] == pytest.approx(prizes / 300 / TEN.fee_cents - 1)
    assert [each.cash for each in results] == pytest.approx(cashed / 300)
    assert [each.win for each in results] == pytest.approx(won / 300)
    portfolio = played.portfolio()
    assert portfolio.prize_cents == pytest.approx(prizes.sum() / 300)
    assert portfolio.profit == pytest.approx(profits / 300)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 4), max_size=3))
def test_a_simulation_that_is_taken_up_again_has_the_same_digits(stops: list[int]) -> None:
    straight, stopped = (simulation(LARGE, own=20, others=200) for _ in range(2))
    straight.run(1_100)
    for stop in sorted(stops):
        stopped.run(250 * stop)
        again = simulation(LARGE, own=20, others=200)
        again.sums = Sums.from_json(json.loads(json.dumps(stopped.sums.to_json())))
        stopped = again
    stopped.run(1_100)
    assert stopped.lineups() == straight.lineups()
    assert stopped.portfolio() == straight.portfolio()


def test_lineups_like_the_fields_get_an_equal_part() -> None:
    """A sampled field neither gives nor takes: lineups drawn like the others get prizes / entries on average."""
    played = simulation(LARGE, own=300, others=300)
    played.run(2_000)
    portfolio = played.portfolio()
    assert portfolio.prize_cents / 300 == pytest.approx(LARGE.prizes_cents / LARGE.size, rel=0.1)
    assert portfolio.cash == pytest.approx(900 / 4_000, rel=0.1)
    assert sum(each.top for each in played.lineups()) / 300 == pytest.approx(0.01, rel=0.25)


def test_a_captain_counts_one_and_a_half_times() -> None:
    form = FORMATS["dk_nba_showdown"]
    players = slate(form, games=1, a_side=12)
    outcomes = Outcomes(players, NBA, seed=1)
    field = make_field(form, players, count=400, seed=1)
    played = ContestSimulation(LARGE, outcomes, form, field.lineups[:1], field.lineups[1:])
    row, points = played.entered[0], outcomes.draw(0)
    exact = [3 * int(each[row[0]]) + 2 * int(each[row[1:]].sum()) for each in points]
    assert (points @ played._entered_columns)[:, 0].tolist() == exact


def test_what_cannot_be_played_is_refused() -> None:
    with pytest.raises(ValueError, match="leave no place for others"):
        simulation(TEN, own=40, others=10)
    played = simulation(TEN, own=1, others=10)
    with pytest.raises(ValueError, match="nothing has been simulated"):
        played.portfolio()
    played.run(10)
    with pytest.raises(ValueError, match="after a multiple of 250"):
        played.run(500)
    with pytest.raises(ValueError, match=r"no projection has the players \[5\]"):
        lineup_rows([[1_000, 5]], played.outcomes)
