"""What an erased account is called, and how large a page of an export can be."""

import json
import re
import secrets
from datetime import UTC, datetime
from decimal import Decimal

from pickvs.accounts.rules import USERNAME_MAX, USERNAME_MIN, USERNAME_PATTERN
from pickvs.picks.rules import MOST_PICKS
from pickvs.picks.schemas import Pick, PickedGame, PicksCreated
from pickvs.privacy.rules import pseudonym

MOST_ROWS = 100
LAMBDA_ANSWER_BYTES = 6 * 1024 * 1024


def test_a_pseudonym_is_a_username() -> None:
    name = pseudonym(secrets.token_hex(8))
    assert re.fullmatch(USERNAME_PATTERN, name)
    assert USERNAME_MIN <= len(name) <= USERNAME_MAX


def test_a_page_full_of_the_largest_answers_fits_into_an_answer() -> None:
    moment = datetime(2026, 12, 31, 23, 59, 59, 999_999, UTC)
    game = PickedGame(
        id=2**63 - 1,
        home_team="A" * 60,
        away_team="B" * 60,
        commence_time=moment,
        status="scheduled",
        home_score=None,
        away_score=None,
    )
    pick = Pick(
        id=2**63 - 1,
        game=game,
        market="moneyline",
        selection="under",
        line=Decimal("-1000.5"),
        price=-10_000,
        stake_units=Decimal("4.5"),
        placed_at=moment,
        result=None,
        result_units=None,
        graded_at=None,
        closing_line=None,
        closing_price=None,
        clv_percent=None,
    )
    answer = PicksCreated(picks_created=MOST_PICKS, picks=[pick] * MOST_PICKS).model_dump(mode="json")
    body = json.dumps([answer] * MOST_ROWS)
    assert len(json.dumps(body)) < 0.9 * LAMBDA_ANSWER_BYTES
