"""The calculation behind a result, in numbers and in words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pickvs.picks.ledger.rules import Bet, Score, grade, rule

HOME_BY_5 = Score(110, 105)


PLACED = datetime(2024, 1, 5, 0, 29, tzinfo=UTC)


def bet(
    market: Any,
    selection: Any,
    line: str | None,
    price: int = -110,
    stake: str = "1",
    *,
    draw_offered: bool = False,
) -> Bet:
    exact = None if line is None else Decimal(line)
    return Bet(market, selection, exact, price, Decimal(stake), PLACED, draw_offered)


@pytest.mark.parametrize(
    ("made", "comparison"),
    [
        (
            bet("spread", "home", "-4.5"),
            "home 110 + line -4.5 = 105.5 against away 105: ahead by 0.5 -> win",
        ),
        (bet("spread", "home", "-5.0"), "home 110 + line -5 = 105 against away 105: level -> push"),
        (bet("spread", "home", "-5.5"), "home 110 + line -5.5 = 104.5 against away 105: behind by 0.5 -> loss"),
        (bet("spread", "away", "5.0"), "away 105 + line 5 = 110 against home 110: level -> push"),
        (bet("spread", "home", "0.0"), "home 110 + line 0 = 110 against away 105: ahead by 5 -> win"),
        (bet("total", "over", "214.5"), "home 110 + away 105 = 215 against over 214.5: ahead by 0.5 -> win"),
        (bet("total", "under", "214.5"), "home 110 + away 105 = 215 against under 214.5: behind by 0.5 -> loss"),
        (bet("total", "under", "215.0"), "home 110 + away 105 = 215 against under 215: level -> push"),
        (bet("moneyline", "away", None), "away 105 against home 110: behind by 5 -> loss"),
        (bet("moneyline", "home", None), "home 110 against away 105: ahead by 5 -> win"),
    ],
)
def test_the_comparison_in_words(made: Bet, comparison: str) -> None:
    assert grade(made, HOME_BY_5).comparison == comparison


@pytest.mark.parametrize(
    ("selection", "has_draw", "comparison"),
    [
        ("home", False, "home 2 against away 2: a tie -> void"),
        ("away", True, "away 2 against home 2: a tie, with the draw on offer -> loss"),
        ("draw", True, "home 2 against away 2: a tie -> win"),
    ],
)
def test_a_tie_on_the_moneyline(selection: str, has_draw: bool, comparison: str) -> None:
    assert grade(bet("moneyline", selection, None, draw_offered=has_draw), Score(2, 2)).comparison == comparison


def test_a_draw_that_did_not_come() -> None:
    assert grade(bet("moneyline", "draw", None, draw_offered=True), HOME_BY_5).comparison == (
        "home 110 against away 105: no tie -> loss"
    )


@pytest.mark.parametrize(
    ("line", "price", "stake", "units", "payment"),
    [
        ("-4.5", -110, "1", "0.9091", "1 x 100 / 110 = 0.9091"),
        ("-4.5", 150, "1.5", "2.2500", "1.5 x 150 / 100 = 2.2500"),
        ("-4.5", -200, "5.0", "2.5000", "5 x 100 / 200 = 2.5000"),
        ("-5.5", -110, "1.5", "-1.5", "the stake is lost: -1.5"),
        ("-5.0", -110, "2.0", "0", "push: the stake of 2 is returned, 0"),
    ],
)
def test_the_payment_in_words(line: str, price: int, stake: str, units: str, payment: str) -> None:
    found = grade(bet("spread", "home", line, price, stake), HOME_BY_5)
    assert (found.units, found.payment) == (Decimal(units), payment)


def test_a_void_game() -> None:
    found = grade(bet("total", "over", "200.5"), None)
    assert (found.result, found.units) == ("void", 0)
    assert found.comparison == "the game is void for its picks -> void"
    assert found.payment == "void: the stake of 1 is returned, 0"


def test_the_rules_in_words_tell_what_a_tie_is() -> None:
    assert rule("moneyline", draw_offered=False) != rule("moneyline", draw_offered=True)
    assert len({rule(market, draw_offered=False) for market in ("moneyline", "spread", "total")}) == 3


@pytest.mark.parametrize(
    ("after", "result"),
    [(timedelta(microseconds=1), "win"), (timedelta(0), "void"), (timedelta(microseconds=-1), "void")],
)
def test_a_pick_placed_when_the_game_had_begun(after: timedelta, result: str) -> None:
    found = grade(bet("moneyline", "home", None), Score(110, 105, PLACED + after))
    assert found.result == result
    if after <= timedelta(0):
        assert found.comparison.startswith("placed after the game began: placed at 2024-01-05 00:29:00 UTC")


def test_the_second_pick_on_one_game() -> None:
    found = grade(bet("moneyline", "home", None), HOME_BY_5, is_duplicate=True)
    assert (found.result, found.units) == ("void", 0)
