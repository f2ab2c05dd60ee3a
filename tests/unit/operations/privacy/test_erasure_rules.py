"""The name of an erased account, the fields an export omits, and the maximum size of an export page."""

import json
import re
import secrets
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pickvs.accounts.rules import USERNAME_MAX, USERNAME_MIN, USERNAME_PATTERN
from pickvs.core.encoding import as_plain
from pickvs.operations.privacy.rules import pseudonym, without_others
from pickvs.picks.rules import MOST_PICKS
from pickvs.picks.schemas import Pick, PickedGame, PicksCreated

MOST_ROWS = 100
LAMBDA_ANSWER_BYTES = 6 * 1024 * 1024


def test_a_pseudonym_is_a_username() -> None:
    name = pseudonym(secrets.token_hex(8))
    assert re.fullmatch(USERNAME_PATTERN, name)
    assert USERNAME_MIN <= len(name) <= USERNAME_MAX


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ({"status": "finished", "source": "admin:41"}, {"status": "finished", "source": "admin:41"}),
        ({"status": "finished", "source": "admin:4"}, {"status": "finished", "source": "admin"}),
        ({"status": "finished", "source": "the_odds_api"}, {"status": "finished", "source": "the_odds_api"}),
        ({"status": "live", "source": None}, {"status": "live", "source": None}),
        ({"role": "user"}, {"role": "user"}),
    ],
)
def test_a_state_tells_its_reader_of_no_other_administrator(state: dict[str, str], shown: dict[str, str]) -> None:
    before = dict(state)
    assert without_others(state, "admin:41") == shown
    assert state == before


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
        void_reason=None,
        closing_line=None,
        closing_price=None,
        clv_percent=None,
        clv_reason=None,
        clv_points=None,
    )
    answer = as_plain(PicksCreated(picks_created=MOST_PICKS, picks=[pick] * MOST_PICKS))
    body = json.dumps([answer] * MOST_ROWS)
    assert len(json.dumps(body)) < 0.9 * LAMBDA_ANSWER_BYTES
