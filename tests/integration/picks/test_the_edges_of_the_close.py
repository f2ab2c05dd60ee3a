"""Which quote is the close, to the microsecond: made by the tip-off, and seen in the half hour before it or later."""

from datetime import timedelta
from decimal import Decimal

import pytest

from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from tests.support.contest import TIP_OFF, Contest

INSTANT = timedelta(microseconds=1)
WINDOW = timedelta(minutes=30)


def close_of(contest: Contest, *, made_at: timedelta, captured_at: timedelta | None = None) -> int | None:
    """Return the closing price of a pick whose side has a quote at -120 that was made then, from the tip-off on."""
    game = contest.game()
    early = TIP_OFF - timedelta(hours=2)
    pick = contest.pick(
        contest.user(), contest.quote(game, "moneyline", "home", None, -110, made_at=early, superseded_at=early)
    )
    contest.quote(
        game,
        "moneyline",
        "home",
        None,
        -120,
        made_at=TIP_OFF + made_at,
        captured_at=None if captured_at is None else TIP_OFF + captured_at,
    )
    contest.final(game, 100, 90)
    with transaction() as connection:
        settle(connection, TIP_OFF + timedelta(hours=4))
    row = contest.connection.execute(
        "SELECT closing_price FROM settlement_ledger WHERE pick_id = %s", (pick,)
    ).fetchone()
    assert row is not None
    return None if row["closing_price"] is None else int(row["closing_price"])


@pytest.mark.parametrize(("made_at", "price"), [(-INSTANT, -120), (timedelta(0), -120), (INSTANT, None)])
def test_a_quote_made_at_the_tip_off_is_the_close_and_one_made_after_it_is_none(
    contest: Contest, made_at: timedelta, price: int | None
) -> None:
    assert close_of(contest, made_at=made_at) == price


@pytest.mark.parametrize(("captured_at", "price"), [(-WINDOW, -120), (-WINDOW - INSTANT, None)])
def test_a_quote_that_was_last_seen_too_long_before_the_tip_off_is_no_close(
    contest: Contest, captured_at: timedelta, price: int | None
) -> None:
    assert close_of(contest, made_at=-timedelta(hours=1), captured_at=captured_at) == price


def test_of_two_quotes_the_later_one_is_the_close(contest: Contest) -> None:
    game, user = contest.game(), contest.user()
    early, late = TIP_OFF - timedelta(minutes=20), TIP_OFF
    pick = contest.pick(
        user, contest.quote(game, "total", "over", Decimal(200), -110, made_at=early, superseded_at=early)
    )
    contest.quote(game, "total", "over", Decimal(201), -105, made_at=late)
    contest.final(game, 100, 90)
    with transaction() as connection:
        settle(connection, TIP_OFF + timedelta(hours=4))
    row = contest.connection.execute("SELECT * FROM settlement_ledger WHERE pick_id = %s", (pick,)).fetchone()
    assert row is not None
    assert (row["closing_line"], row["closing_price"]) == (201, -105)
