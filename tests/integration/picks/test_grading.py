"""The grading statement against published vectors and against an oracle written from the rules, without the SQL."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pickvs.core.database import transaction
from pickvs.picks.settlement.service import Settlement, grade_all_pending_picks
from tests.support.contest import TIP_OFF, Contest
from tests.support.examples import examples

AT = TIP_OFF + timedelta(hours=4)


def settle() -> Settlement:
    with transaction() as connection:
        return grade_all_pending_picks(connection, AT)


def grade_one(
    contest: Contest,
    score: tuple[int, int],
    market: str,
    selection: str,
    line: str | None,
    price: int,
    stake: str = "1",
) -> tuple[str, Decimal]:
    game = contest.game()
    quote = contest.quote(game, market, selection, Decimal(line) if line else None, price)
    pick = contest.pick(contest.user(), quote, Decimal(stake))
    contest.final(game, *score)
    settle()
    [(sign, result, units, _)] = contest.ledger(pick)
    assert sign == 1
    return result, units


@pytest.mark.parametrize(
    ("score", "market", "selection", "line", "price", "result", "units"),
    [
        ((110, 105), "moneyline", "home", None, 150, "win", "1.5000"),
        ((110, 105), "moneyline", "home", None, -110, "win", "0.9091"),
        ((110, 105), "moneyline", "home", None, -200, "win", "0.5000"),
        ((110, 105), "moneyline", "home", None, 100, "win", "1.0000"),
        ((110, 105), "moneyline", "home", None, -100, "win", "1.0000"),
        ((110, 105), "moneyline", "away", None, 150, "loss", "-1"),
        ((105, 105), "moneyline", "home", None, 150, "void", "0"),
        ((105, 105), "moneyline", "away", None, 150, "void", "0"),
        ((110, 105), "spread", "home", "-5", -110, "push", "0"),
        ((110, 105), "spread", "home", "-4.5", -110, "win", "0.9091"),
        ((110, 105), "spread", "home", "-5.5", -110, "loss", "-1"),
        ((110, 105), "spread", "away", "5", -110, "push", "0"),
        ((110, 105), "spread", "home", "0", -110, "win", "0.9091"),
        ((105, 105), "spread", "home", "0", -110, "push", "0"),
        ((110, 105), "total", "over", "215", -110, "push", "0"),
        ((110, 105), "total", "over", "214.5", -110, "win", "0.9091"),
        ((110, 105), "total", "under", "214.5", -110, "loss", "-1"),
        ((0, 0), "total", "under", "0.5", -110, "win", "0.9091"),
    ],
)
def test_the_published_vectors(
    contest: Contest,
    score: tuple[int, int],
    market: str,
    selection: str,
    line: str | None,
    price: int,
    result: str,
    units: str,
) -> None:
    assert grade_one(contest, score, market, selection, line, price) == (result, Decimal(units))


def test_with_a_draw_on_offer_a_tie_beats_both_teams(contest: Contest) -> None:
    game, user = contest.game(), contest.user
    picks = {
        side: contest.pick(user(), contest.quote(game, "moneyline", side, None, 200))
        for side in ("home", "away", "draw")
    }
    contest.final(game, 2, 2)
    settle()
    assert {side: contest.ledger(pick)[0][1] for side, pick in picks.items()} == {
        "home": "loss",
        "away": "loss",
        "draw": "win",
    }


def oracle(
    score: tuple[int, int], market: str, selection: str, line: Fraction | None, price: int, stake: Fraction
) -> tuple[str, Decimal]:
    """Grade by rules.md: own score + line against the opponent's; the total against the line; flat risk."""
    home, away = score
    if market == "moneyline":
        own, other = (home, away) if selection == "home" else (away, home)
        result = "void" if own == other else "win" if own > other else "loss"
    else:
        assert line is not None
        if market == "spread":
            own, other = (home, away) if selection == "home" else (away, home)
            ahead = own + line - other
        else:
            ahead = home + away - line if selection == "over" else line - home - away
        result = "push" if ahead == 0 else "win" if ahead > 0 else "loss"
    if result == "loss":
        return result, Decimal(float(-stake))
    if result != "win":
        return result, Decimal(0)
    profit = stake * (Fraction(price, 100) if price > 0 else Fraction(100, -price))
    scaled = Decimal(profit.numerator) / Decimal(profit.denominator)
    return result, scaled.quantize(Decimal("0.0001"), ROUND_HALF_UP)


half_points = st.integers(-60, 60).map(lambda n: Fraction(n, 2))
prices = st.one_of(st.integers(100, 5000), st.integers(-5000, -100))
stakes = st.integers(1, 10).map(lambda n: Fraction(n, 2))
selections = st.one_of(
    st.tuples(st.just("moneyline"), st.sampled_from(["home", "away"]), st.none()),
    st.tuples(st.just("spread"), st.sampled_from(["home", "away"]), half_points),
    st.tuples(st.just("total"), st.sampled_from(["over", "under"]), st.integers(1, 120).map(lambda n: Fraction(n, 2))),
)


@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    score=st.tuples(st.integers(0, 30), st.integers(0, 30)),
    chosen=st.lists(st.tuples(selections, prices, stakes), min_size=1, max_size=20),
)
def test_grading_agrees_with_an_independent_oracle(
    contest: Contest,
    score: tuple[int, int],
    chosen: list[tuple[tuple[str, str, Fraction | None], int, Fraction]],
) -> None:
    game = contest.game()
    expected = {}
    for (market, selection, line), price, stake in chosen:
        exact = None if line is None else Decimal(float(line))
        at = TIP_OFF - timedelta(hours=12)
        quote = contest.quote(game, market, selection, exact, price, made_at=at, superseded_at=at)
        pick = contest.pick(contest.user(), quote, Decimal(float(stake)))
        expected[pick] = oracle(score, market, selection, line, price, stake)
    contest.final(game, *score)
    assert settle().graded == len(expected)
    for pick, (result, units) in expected.items():
        [(sign, booked, booked_units, wagered)] = contest.ledger(pick)
        assert (sign, booked, booked_units) == (1, result, units)
        assert (wagered == 0) == (result == "void")


def test_three_wins_at_minus_110_add_stored_values(contest: Contest) -> None:
    total = sum((grade_one(contest, (110, 105), "spread", "home", "-1.5", -110)[1] for _ in range(3)), Decimal(0))
    assert total == Decimal("2.7273")


def test_settling_again_books_nothing(contest: Contest) -> None:
    game = contest.game()
    pick = contest.pick(contest.user(), contest.quote(game, "moneyline", "home", None, 150))
    contest.final(game, 100, 90)
    assert settle().graded == 1
    assert settle() == Settlement()
    assert len(contest.ledger(pick)) == 1


def test_a_correction_takes_the_old_result_back_and_keeps_it(contest: Contest) -> None:
    game = contest.game()
    pick = contest.pick(contest.user(), contest.quote(game, "spread", "home", Decimal("-2.5"), -110), Decimal(2))
    contest.final(game, 100, 90)
    settle()
    contest.final(game, 100, 99)
    assert (settle().graded, settle().graded) == (1, 0)
    win, loss = ("win", Decimal("1.8182"), Decimal(2)), ("loss", Decimal(-2), Decimal(2))
    assert contest.ledger(pick) == [(1, *win), (-1, *win), (1, *loss)]


def test_a_void_game_gives_the_stake_back_and_a_reopened_one_is_pending_again(contest: Contest) -> None:
    game = contest.game()
    pick = contest.pick(contest.user(), contest.quote(game, "total", "over", Decimal("200.5"), -110))
    contest.void(game)
    settle()
    void = ("void", Decimal(0), Decimal(0))
    assert contest.ledger(pick) == [(1, *void)]
    contest.reopen(game)
    assert settle().graded == 0
    assert contest.ledger(pick) == [(1, *void), (-1, *void)]
    contest.final(game, 120, 110)
    settle()
    assert contest.ledger(pick)[2:] == [(1, "win", Decimal("0.9091"), Decimal(1))]


def test_several_results_before_one_settlement_leave_only_the_last(contest: Contest) -> None:
    game = contest.game()
    pick = contest.pick(contest.user(), contest.quote(game, "moneyline", "away", None, -110))
    contest.final(game, 100, 90)
    contest.final(game, 90, 100)
    settle()
    assert [entry[:2] for entry in contest.ledger(pick)] == [(1, "win")]


def test_the_ledger_refuses_an_entry_for_another_games_result(contest: Contest) -> None:
    import psycopg

    game, other = contest.game(), contest.game()
    pick = contest.pick(contest.user(), contest.quote(game, "moneyline", "home", None, 150))
    foreign = contest.final(other, 1, 0)
    for pick_id, result_id in ((pick, foreign), (pick, 10**9), (10**9, foreign)):
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            contest.connection.execute(
                "INSERT INTO settlement_ledger (pick_id, result_id, sign, result, units, wagered, settled_at)"
                " VALUES (%s, %s, 1, 'push', 0, 1, %s)",
                (pick_id, result_id, AT),
            )
