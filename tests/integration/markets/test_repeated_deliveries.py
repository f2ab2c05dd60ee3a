"""Answers that changed what their own repetition finds. Delivered again, each of them leaves the database as it is."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest

from pickvs.core.database import transaction
from pickvs.markets.fixtures.decisions import DecidedGame, record_decision, take_turn
from pickvs.markets.merging.service import merge
from pickvs.markets.values import Fixture, GameScore
from tests.support.contestants import make_user
from tests.support.games import game, ids
from tests.support.markets import CAPTURED, TIP_OFF, book, final, fixture, list_game, odds, playing, record, store
from tests.support.snapshot import everything, row

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
A, B, C = ("a" * 32, "b" * 32, "c" * 32)
THE_DAY_BEFORE, THE_DAY_AFTER = TIP_OFF - DAY, TIP_OFF + DAY
MORNING = TIP_OFF - 2 * DAY

type Delivery = tuple[datetime, Callable[..., object], Sequence[object]]


def elsewhere(provider_id: str) -> Fixture:
    return fixture(provider_id, home="Miami Heat", away="Boston Celtics")


def misspelled(provider_id: str, tip_off: datetime) -> Fixture:
    return fixture(provider_id, away="The Lake Show", tip_off=tip_off)


def baseball(provider_id: str, tip_off: datetime) -> Fixture:
    return fixture(provider_id, home="Detroit Tigers", away="Minnesota Twins", tip_off=tip_off, sport="baseball_mlb")


def nameless(of: Fixture) -> GameScore:
    scores = (("Sails", 3), ("Desert", 2))
    return GameScore(of, completed=True, home_score=None, away_score=None, by_name=scores)


def on(provider_id: str, tip_off: datetime) -> Fixture:
    return fixture(provider_id, tip_off=tip_off)


ANSWERS: dict[str, Sequence[Delivery]] = {
    "it takes a game off the date that another id names": [
        (MORNING, store, [odds(on(C, THE_DAY_BEFORE)), odds(on(A, THE_DAY_AFTER))]),
        (THE_DAY_BEFORE + HOUR, record, [playing(on(C, THE_DAY_BEFORE), 50, 48)]),
        (THE_DAY_AFTER + HOUR, record, [playing(on(A, TIP_OFF), 101, 90), playing(on(C, THE_DAY_AFTER), 100, 90)]),
    ],
    "it brings a game back to the date that another id names": [
        (MORNING, store, [odds(on(B, TIP_OFF))]),
        (TIP_OFF + 20 * HOUR, record, [playing(on(B, THE_DAY_BEFORE), 100, 90)]),
        (TIP_OFF + 37 * HOUR, record, [playing(on(C, TIP_OFF)), final(on(B, TIP_OFF), 100, 90)]),
    ],
    "it has the final of a game that another id leaves": [
        (MORNING, store, [odds(on(A, TIP_OFF))]),
        (MORNING + HOUR, store, [odds(on(A, TIP_OFF)), odds(on(B, TIP_OFF))]),
        (TIP_OFF + HOUR, record, [playing(on(A, TIP_OFF), 50, 48)]),
        (TIP_OFF + 3 * HOUR, record, [final(on(A, TIP_OFF), 110, 105), playing(on(B, THE_DAY_AFTER))]),
    ],
    "it shows a game under way that another id leaves under an unknown name": [
        (MORNING, store, [odds(on(A, TIP_OFF)), odds(on(B, TIP_OFF))]),
        (TIP_OFF + HOUR, record, [playing(on(A, TIP_OFF), 0, 0), playing(misspelled(B, THE_DAY_BEFORE), 90, 80)]),
    ],
    "it makes the game of a final that nobody can read": [
        (MORNING, store, [odds(elsewhere(C))]),
        (TIP_OFF + HOUR, record, [playing(on(C, TIP_OFF), 0, 0), nameless(on(A, TIP_OFF))]),
    ],
    "it has the final of a doubleheader's first game, and another id for the second one": [
        (MORNING, store, [odds(baseball(A, TIP_OFF)), odds(baseball(B, TIP_OFF + HOUR))]),
        (
            TIP_OFF + HOUR,
            record,
            [final(baseball(A, TIP_OFF), 3, 2), playing(baseball(B, TIP_OFF + 1.5 * HOUR))],
        ),
    ],
}


@pytest.mark.parametrize("why", ANSWERS)
def test_an_answer_that_is_repeated_changes_nothing(database: str, why: str) -> None:
    for at, deliver, items in ANSWERS[why]:
        deliver(*items, at=at)
        before = everything(database)
        deliver(*items, at=at)
        assert everything(database) == before


def test_the_game_of_a_final_that_nobody_can_read_is_locked_if_the_answer_has_just_made_it(database: str) -> None:
    store(odds(elsewhere(C)), at=MORNING)
    record(playing(on(C, TIP_OFF), 0, 0), nameless(on(A, TIP_OFF)), at=TIP_OFF + HOUR)
    now = game(database, ids(database)[C])
    assert (now["status"], now["contradicted_at"]) == ("review", TIP_OFF + HOUR)


def test_odds_from_before_a_second_id_was_known_raise_no_doubt(database: str) -> None:
    store(odds(baseball(A, TIP_OFF)), at=MORNING)
    store(odds(baseball(A, TIP_OFF + 4 * HOUR)), odds(baseball(B, TIP_OFF + 4 * HOUR)), at=MORNING + HOUR)
    before = everything(database)
    store(odds(baseball(A, TIP_OFF)), at=MORNING)
    assert everything(database) == before


def test_a_name_taken_for_a_team_is_not_reported_by_an_answer_from_before_a_decision(database: str) -> None:
    known = list_game(at=MORNING).id
    doubtful = odds(misspelled("a" * 32, THE_DAY_AFTER), book("fanduel"))
    store(doubtful, at=MORNING + HOUR)
    decided(known, "final", "finished", TIP_OFF + 3 * DAY)
    before = everything(database)
    store(doubtful, at=MORNING + HOUR)
    assert everything(database) == before


def test_a_game_that_an_administrator_reopens_is_not_overdue_by_an_answer_from_before(database: str) -> None:
    known = list_game().id
    answer, over = final(fixture(), 110, 105), TIP_OFF + 30 * HOUR
    record(answer, at=over)
    decided(known, "reopened", "live", over + HOUR)
    before = everything(database)
    record(answer, at=over)
    assert everything(database) == before
    record(at=over + 2 * HOUR)
    assert game(database, known)["status"] == "review", "the next answer finds it overdue"


def test_an_answer_from_before_a_merge_does_not_bring_the_survivor_back(database: str) -> None:
    actor = make_user(database)
    survivor = list_game(at=CAPTURED - DAY).id
    moved = odds(fixture(tip_off=THE_DAY_AFTER))
    store(moved, at=CAPTURED)
    absorbed = row(database, "SELECT id FROM games WHERE id <> %s", survivor)["id"]
    with transaction() as connection:
        take_turn(connection)
        merge(connection, absorbed, survivor, sides=None, actor_id=actor, reason="one game", at=CAPTURED + HOUR)
    before = everything(database)
    store(moved, at=CAPTURED)
    assert everything(database) == before


def decided(known: int, outcome: str, status: str, at: datetime) -> None:
    """Record an administrator's decision on a game."""
    with transaction() as connection:
        take_turn(connection)
        now = connection.execute("SELECT * FROM games WHERE id = %s", [known]).fetchone()
        assert now is not None
        score = (7, 5) if outcome == "final" else (None, None)
        decision = DecidedGame(
            id=known,
            commence_time=now["commence_time"],
            status=status,  # type: ignore[arg-type]
            review_reason=None,
            outcome=outcome,  # type: ignore[arg-type]
            home_score=score[0],
            away_score=score[1],
            began_at=now["commence_time"] if outcome == "final" else None,
            status_before=now["status"],
            outcome_before=None,
            recorded_before=None,
        )
        record_decision(connection, decision, source="admin:1", reason="the league said so", at=at)
