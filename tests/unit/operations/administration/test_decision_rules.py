"""What an administrator may decide about a game, given its state and the current time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pickvs.markets.fixtures.rules import NO_FINAL, Outcome
from pickvs.markets.values import GameStatus
from pickvs.operations.administration.results.rules import (
    IN_FUTURE,
    MAY_HAVE_BEGUN,
    NO_RESULT,
    NO_START,
    NOT_STARTED,
    UNCHANGED,
    Act,
    Decision,
    Refusal,
    Score,
    Standing,
    WantedAct,
    decide,
)

TIP_OFF = datetime(2024, 1, 11, 0, 10, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
SCORE = (110, 105)


def standing(
    status: GameStatus,
    outcome: Outcome | None = None,
    score: Score | None = None,
    source: str | None = None,
    **more: Any,
) -> Standing:
    known: dict[str, Any] = {
        "commence_time": TIP_OFF,
        "review_reason": None,
        "began_at": TIP_OFF if outcome == "final" else None,
        "last_began_at": None,
        "under_way_at": None,
        "start_decided_at": None,
        "has_begun": False,
        "other_has_begun": False,
        "merged_into": None,
    }
    return Standing(status=status, outcome=outcome, score=score, source=source, **{**known, **more})


SCHEDULED = standing("scheduled")
LIVE = standing("live", None, (50, 48))
FINISHED = standing("finished", "final", SCORE, "the_odds_api")
POSTPONED = standing("postponed", "void", None, "the_odds_api")
CANCELLED = standing("cancelled", "void", None, "admin:7")
REOPENED = standing("live", "reopened", None, "admin:7")
IN_REVIEW = standing("review", None, (50, 48))

EVERY_STANDING = pytest.mark.parametrize(
    "game", [SCHEDULED, LIVE, FINISHED, POSTPONED, CANCELLED, REOPENED, IN_REVIEW], ids=repr
)


def after(
    act: Act, game: Standing, score: Score | None = None, at: datetime = TIP_OFF, **more: Any
) -> Decision | Refusal:
    return decide(WantedAct(act, score, **more), game, at)


def final(score: Score, began_at: datetime = TIP_OFF) -> Decision:
    return Decision("finished", "final", score, began_at)


@EVERY_STANDING
def test_a_score_is_set_from_tip_off_on_whatever_became_of_the_game(game: Standing) -> None:
    assert after("set_result", game, (90, 91)) == final((90, 91))
    assert after("set_result", game, (90, 91), TIP_OFF - MOMENT) == NOT_STARTED


def test_the_score_in_force_is_no_change() -> None:
    assert after("set_result", FINISHED, SCORE) == UNCHANGED
    assert after("set_result", LIVE, (50, 48)) == final((50, 48))


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
        reason = NO_FINAL if status == "review" else None
        assert after("reopen_game", game, at=at) == Decision(status, "reopened", None, None, reason)  # type: ignore[arg-type]


@pytest.mark.parametrize("evidence", [{"has_begun": True}, {"other_has_begun": True}])
@EVERY_STANDING
def test_a_game_that_has_begun_is_never_scheduled_again(game: Standing, evidence: dict[str, bool]) -> None:
    begun = replace(game, **evidence)  # type: ignore[arg-type]
    early = TIP_OFF - timedelta(hours=3)
    for act in ("set_result", "void_game", "reopen_game", "regrade_game", "set_start"):
        decided = after(act, begun, (9, 8), early, began_at=early)
        assert isinstance(decided, Refusal) or decided.status != "scheduled" or game.status == "scheduled"
    if game in {FINISHED, POSTPONED, CANCELLED}:
        assert after("reopen_game", begun, at=early) == Decision("review", "reopened", None, None, MAY_HAVE_BEGUN)


@EVERY_STANDING
def test_an_absorbed_game_is_not_decided(game: Standing) -> None:
    absorbed = replace(game, merged_into=9)
    for act in ("set_result", "void_game", "reopen_game", "regrade_game", "set_start"):
        refused = after(act, absorbed, (9, 8), began_at=TIP_OFF)
        assert isinstance(refused, Refusal)
        assert refused.code == "GAME_MERGED"


def test_the_start_goes_by_what_is_known_best() -> None:
    seen = TIP_OFF - timedelta(minutes=5)
    assert replace(LIVE, under_way_at=seen).start == seen
    assert replace(LIVE, under_way_at=TIP_OFF + MOMENT).start == TIP_OFF
    assert replace(FINISHED, under_way_at=seen).start == TIP_OFF
    assert after("set_result", replace(LIVE, under_way_at=seen), (1, 0)) == final((1, 0), seen)


def test_a_result_without_a_start_has_that_of_the_last_final() -> None:
    stated, seen = TIP_OFF - timedelta(hours=1), TIP_OFF - timedelta(minutes=90)
    for game in (CANCELLED, REOPENED):
        assert after("set_result", replace(game, last_began_at=stated), SCORE) == final(SCORE, stated)
        assert replace(game, last_began_at=stated, under_way_at=seen).start == seen
    assert replace(FINISHED, last_began_at=stated).start == TIP_OFF


def test_a_start_that_was_decided_stands_until_the_game_is_reopened() -> None:
    early, late = TIP_OFF - timedelta(hours=1), TIP_OFF - MOMENT
    for game in (LIVE, FINISHED, CANCELLED, REOPENED):
        decided = replace(game, start_decided_at=late, under_way_at=early, last_began_at=early)
        assert after("set_result", decided, (1, 0)) == replace(final((1, 0), late), start_decided_at=late)
        for act in ("void_game", "regrade_game", "reopen_game"):
            kept = after(act, decided)
            assert isinstance(kept, Refusal) or (kept.start_decided_at == late) == (act != "reopen_game")


def test_a_start_is_set_in_the_past_and_once() -> None:
    began = TIP_OFF - timedelta(hours=1)
    assert after("set_start", FINISHED, began_at=began) == replace(final(SCORE, began), start_decided_at=began)
    assert after("set_start", FINISHED, began_at=TIP_OFF) == UNCHANGED
    assert after("set_start", FINISHED, began_at=TIP_OFF + MOMENT) == IN_FUTURE
    assert after("set_start", CANCELLED, began_at=began) == after("set_start", POSTPONED, began_at=began) == NO_START
    locked = after("set_start", SCHEDULED, began_at=began)
    assert locked == Decision("live", "reopened", None, None, None, TIP_OFF, began)


def test_a_regrade_leaves_the_game_as_it_is() -> None:
    assert after("regrade_game", FINISHED) == final(SCORE)
    assert after("regrade_game", POSTPONED) == Decision("postponed", "void", None)
