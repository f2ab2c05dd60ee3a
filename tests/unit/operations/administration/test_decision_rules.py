"""What an administrator may decide about a game, given its state and the current time."""

from datetime import UTC, datetime, timedelta

import pytest

from pickvs.operations.administration.results.rules import (
    NO_RESULT,
    NOT_STARTED,
    UNCHANGED,
    Act,
    Decision,
    Score,
    Standing,
    decide,
)

TIP_OFF = datetime(2024, 1, 11, 0, 10, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
SCORE = (110, 105)

SCHEDULED = Standing("scheduled", None, None, None)
LIVE = Standing("live", None, (50, 48), None)
FINISHED = Standing("finished", "final", SCORE, "the_odds_api")
POSTPONED = Standing("postponed", "void", None, "the_odds_api")
CANCELLED = Standing("cancelled", "void", None, "admin:7")
REOPENED = Standing("live", "reopened", None, "admin:7")
IN_REVIEW = Standing("review", None, (50, 48), None)

EVERY_STANDING = pytest.mark.parametrize(
    "game", [SCHEDULED, LIVE, FINISHED, POSTPONED, CANCELLED, REOPENED, IN_REVIEW], ids=repr
)


def after(act: Act, game: Standing, score: Score | None = None, at: datetime = TIP_OFF) -> object:
    return decide(act, score, game, TIP_OFF, at)


@EVERY_STANDING
def test_a_score_is_set_from_tip_off_on_whatever_became_of_the_game(game: Standing) -> None:
    assert after("set_result", game, (90, 91)) == Decision("finished", "final", (90, 91))
    assert after("set_result", game, (90, 91), TIP_OFF - MOMENT) == NOT_STARTED


def test_the_score_in_force_is_no_change() -> None:
    assert after("set_result", FINISHED, SCORE) == UNCHANGED
    assert after("set_result", LIVE, (50, 48)) == Decision("finished", "final", (50, 48))


@EVERY_STANDING
def test_a_game_is_voided_at_any_time_and_once(game: Standing) -> None:
    expected = UNCHANGED if game is CANCELLED else Decision("cancelled", "void", None)
    assert after("void_game", game) == after("void_game", game, at=TIP_OFF - MOMENT) == expected


@EVERY_STANDING
def test_only_a_result_is_taken_back_or_graded_by(game: Standing) -> None:
    has_result = game in {FINISHED, POSTPONED, CANCELLED}
    for act in ("reopen_game", "regrade_game"):
        assert (after(act, game) != NO_RESULT) == has_result


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (TIP_OFF - MOMENT, "scheduled"),
        (TIP_OFF, "live"),
        (TIP_OFF + timedelta(hours=24) - MOMENT, "live"),
        (TIP_OFF + timedelta(hours=24), "review"),
    ],
)
def test_a_reopened_game_is_what_the_clock_says(at: datetime, status: str) -> None:
    for game in (FINISHED, CANCELLED, POSTPONED):
        assert after("reopen_game", game, at=at) == Decision(status, "reopened", None)  # type: ignore[arg-type]


def test_a_regrade_leaves_the_game_as_it_is() -> None:
    assert after("regrade_game", FINISHED) == Decision("finished", "final", SCORE)
    assert after("regrade_game", POSTPONED) == Decision("postponed", "void", None)
