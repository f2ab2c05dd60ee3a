"""GET /picks/{pick_id}/explanation: every ledger entry, with arithmetic that matches the settlement's."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.contest import TIP_OFF, Contest
from tests.support.ledger import SETTLED_AT, explain, moneyline, settle_now
from tests.support.picking import set_pick_rules


@pytest.fixture(autouse=True)
def _pick_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)


def explained(user: int, pick: int) -> dict[str, Any]:
    answer = explain(user, pick)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def test_a_pending_pick_has_a_rule_and_no_entries(contest: Contest) -> None:
    anna = contest.user("Anna")
    found = explained(anna, moneyline(contest, anna))
    assert found["entries"] == []
    assert found["rule"] == "the higher score wins; a tie is void"
    assert (found["pick"]["username"], found["pick"]["result"]) == ("Anna", None)


def test_the_sum_of_a_settled_pick(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    pick = contest.pick(anna, contest.quote(game, "spread", "home", Decimal("-4.5"), -110), Decimal("1.5"))
    contest.final(game, 110, 105)
    settle_now()
    found = explained(anna, pick)
    assert found["rule"] == "own score + line - other score: above 0 wins, 0 is a push, below 0 loses"
    assert found["entries"] == [
        {
            "kind": "booked",
            "result": "win",
            "void_reason": None,
            "units": 1.3636,
            "wagered": 1.5,
            "closing_line": None,
            "closing_price": None,
            "clv_percent": None,
            "clv_reason": "no_close",
            "clv_points": None,
            "settled_at": "2024-01-05T04:30:00Z",
            "cause": {
                "outcome": "final",
                "home_score": 110,
                "away_score": 105,
                "began_at": None,
                "source": "test",
                "reason": None,
                "recorded_at": "2024-01-05T03:30:00Z",
            },
            "reckoning": {
                "comparison": "home 110 + line -4.5 = 105.5 against away 105: ahead by 0.5 -> win",
                "payment": "1.5 x 100 / 110 = 1.3636",
                "result": "win",
                "units": 1.3636,
                "agrees": True,
            },
        }
    ]


def test_every_regrade_is_told_with_what_caused_it(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    pick = moneyline(contest, anna, game)
    for record in (
        lambda: contest.final(game, 101, 100),
        lambda: contest.final(game, 101, 102),
        lambda: contest.reopen(game),
        lambda: contest.void(game),
    ):
        record()
        settle_now()
    entries = explained(anna, pick)["entries"]
    assert [(each["kind"], each["result"], each["units"], each["wagered"]) for each in entries] == [
        ("booked", "win", 0.9091, 1),
        ("taken_back", "win", -0.9091, -1),
        ("booked", "loss", -1, 1),
        ("taken_back", "loss", 1, -1),
        ("booked", "void", 0, 0),
    ]
    assert [(each["cause"]["outcome"], each["cause"]["away_score"], each["cause"]["reason"]) for each in entries] == [
        ("final", 100, None),
        ("final", 102, None),
        ("final", 102, None),
        ("reopened", None, "an administrator's mistake"),
        ("void", None, "moved to another date"),
    ]
    assert [each["reckoning"] is None for each in entries] == [False, True, False, True, False]
    assert all(each["reckoning"]["agrees"] for each in entries if each["reckoning"])


def test_a_booking_that_does_not_follow_from_the_score_is_called_out(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    pick = moneyline(contest, anna, game)
    result = contest.final(game, 90, 100)
    contest.connection.execute(
        "INSERT INTO settlement_ledger (pick_id, result_id, sign, result, units, wagered, settled_at)"
        " VALUES (%s, %s, 1, 'win', 0.9091, 1, %s)",
        (pick, result, SETTLED_AT),
    )
    [entry] = explained(anna, pick)["entries"]
    assert (entry["result"], entry["reckoning"]["result"], entry["reckoning"]["agrees"]) == ("win", "loss", False)


halves = st.integers(-60, 60).map(lambda number: Decimal(number) / 2)
sides = st.one_of(
    st.tuples(st.just("moneyline"), st.sampled_from(["home", "away", "draw"]), st.none()),
    st.tuples(st.just("spread"), st.sampled_from(["home", "away"]), halves),
    st.tuples(st.just("total"), st.sampled_from(["over", "under"]), st.integers(1, 120).map(lambda n: Decimal(n) / 2)),
)
prices = st.integers(100, 5000) | st.integers(-5000, -100)
stakes = st.integers(1, 10).map(lambda number: Decimal(number) / 2)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    score=st.none() | st.tuples(st.integers(0, 30), st.integers(0, 30)) | st.integers(0, 30).map(lambda n: (n, n)),
    chosen=st.lists(st.tuples(sides, prices, stakes), min_size=1, max_size=8),
)
def test_the_explanation_agrees_with_the_settlement(
    contest: Contest,
    score: tuple[int, int] | None,
    chosen: list[tuple[tuple[str, str, Decimal | None], int, Decimal]],
) -> None:
    game, at = contest.game(), TIP_OFF - timedelta(hours=12)
    made = {}
    for (market, selection, line), price, stake in chosen:
        user = contest.user()
        quote = contest.quote(game, market, selection, line, price, made_at=at, superseded_at=at)
        made[contest.pick(user, quote, stake)] = user
    contest.final(game, *score) if score else contest.void(game)
    settle_now()
    for pick, user in made.items():
        [(_, result, units, _)] = contest.ledger(pick)
        [entry] = explained(user, pick)["entries"]
        reckoning = entry["reckoning"]
        assert (reckoning["result"], reckoning["units"], reckoning["agrees"]) == (result, float(units), True)
        assert reckoning["comparison"].endswith(f"-> {result}")
