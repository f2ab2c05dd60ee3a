"""Whatever happens to the games, every split of a profile adds up to the totals, and the curve ends there."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.contest import TIP_OFF, Contest
from tests.support.examples import examples
from tests.support.ledger import settle_now
from tests.support.picking import set_pick_rules
from tests.support.profiles import SPLITS, profile

ADDITIVE = ("total_units", "total_wagered", "wins", "losses", "pushes", "picks")
LAST_ENTRIES = """
    SELECT last.result, last.units
    FROM (SELECT DISTINCT ON (pick_id) * FROM settlement_ledger ORDER BY pick_id, result_id DESC, sign DESC) last
    JOIN picks ON picks.id = last.pick_id
    WHERE last.sign = 1 AND picks.user_id = %s
"""

results = st.one_of(
    st.tuples(st.just("final"), st.integers(80, 100), st.integers(80, 100)),
    st.just(("void", 0, 0)),
    st.just(("reopen", 0, 0)),
)
sides = st.one_of(
    st.tuples(st.just("moneyline"), st.sampled_from(["home", "away", "draw"]), st.none()),
    st.tuples(st.just("spread"), st.sampled_from(["home", "away"]), st.sampled_from(["-9.5", "-4", "0", "4", "9.5"])),
    st.tuples(st.just("total"), st.sampled_from(["over", "under"]), st.sampled_from(["179.5", "180"])),
)
picks = st.tuples(
    st.integers(0, 2),
    sides,
    st.sampled_from([-250, -110, 100, 137, 320]),
    st.sampled_from(["0.3", "0.5", "0.7"]),
    st.sampled_from(["0.5", "1", "5"]),
)


@pytest.fixture(autouse=True)
def _pick_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)


def exact(number: float) -> Decimal:
    return Decimal(str(number))


@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    slip=st.lists(picks, max_size=9, unique_by=lambda pick: (pick[0], pick[1][0])),
    steps=st.lists(st.tuples(st.integers(0, 2), results), max_size=9),
)
def test_every_split_adds_up_to_the_totals(
    contest: Contest, slip: list[Any], steps: list[tuple[int, tuple[str, int, int]]]
) -> None:
    games = [contest.game(TIP_OFF + timedelta(days=day)) for day in (0, 0, 1)]
    anna, bert = contest.user(), contest.user()
    for game, (market, selection, line), price, probability, stake in slip:
        quote = contest.quote(
            games[game], market, selection, line and Decimal(line), price, probability=Decimal(probability)
        )
        contest.pick(anna, quote, Decimal(stake))
        contest.pick(bert, quote)  # no pick of another user is counted
    for chosen, (outcome, home, away) in steps:
        if outcome == "final":
            contest.final(games[chosen], home, away)
        else:
            getattr(contest, outcome)(games[chosen])
        settle_now()

    row = contest.connection.execute("SELECT username FROM users WHERE id = %s", (anna,)).fetchone()
    assert row is not None
    found = profile(row["username"])
    for split in SPLITS:
        for member in ADDITIVE:
            parts = sum(exact(totals[member]) for totals in found[split].values())
            assert parts == exact(found["totals"][member]), (split, member)
    curve = [exact(point["units"]) for point in found["profit_curve"]]
    assert sum(curve) == exact(found["totals"]["total_units"])
    assert [exact(point["total_units"]) for point in found["profit_curve"]] == [
        sum(curve[: place + 1]) for place in range(len(curve))
    ]

    # Computed differently from the signed sum: by the last entry of each pick.
    last = contest.connection.execute(LAST_ENTRIES, (anna,)).fetchall()
    assert sum(entry["units"] for entry in last) == exact(found["totals"]["total_units"])
    assert found["record"] == {
        plural: sum(entry["result"] == result for entry in last)
        for plural, result in (("wins", "win"), ("losses", "loss"), ("pushes", "push"), ("voids", "void"))
    }
