"""POST /picks with an Idempotency-Key: a repeat receives the first answer and creates nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest

from pickvs.idempotency.service import REMEMBERED_FOR
from pickvs.picks.requests import Submission
from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import Answer
from tests.support.picking import set_pick_rules, stored, submit, want
from tests.support.rivals import submit_at_once

AT = TIP_OFF - timedelta(hours=3)


@pytest.fixture(autouse=True)
def _pick_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)


@pytest.fixture
def quote(contest: Contest) -> int:
    return contest.quote(contest.game(), "spread", "home", Decimal("-2.5"), -110)


def send(contest: Contest, user: int, *quotes: int, key: str = "k", header: str = "Idempotency-Key") -> Answer:
    return submit(user, *(want(contest, quote) for quote in quotes), at=AT, headers={header: key})


def test_a_repeat_gets_the_first_answer(contest: Contest, quote: int) -> None:
    anna, other = contest.user(), contest.quote(contest.game(), "moneyline", "away", None, 140)
    first = send(contest, anna, quote, other)
    contest.connection.execute("UPDATE games SET status = 'live', home_score = 1, away_score = 0")
    repeat = send(contest, anna, quote, other, header="idempotency-key")
    assert first.status == repeat.status == 201
    assert first.body == repeat.body
    assert len(stored(contest)) == 2


def test_a_body_that_says_the_same_in_other_words_is_a_repeat(contest: Contest, quote: int) -> None:
    anna = contest.user()
    first = send(contest, anna, quote)
    again = submit(anna, want(contest, quote, stake_units=1.0), at=AT, headers={"Idempotency-Key": "k"})
    assert (again.status, again.body) == (201, first.body)


def test_another_body_under_the_key_is_refused(contest: Contest, quote: int) -> None:
    anna, other = contest.user(), contest.quote(contest.game(), "moneyline", "away", None, 140)
    send(contest, anna, quote)
    answer = send(contest, anna, other)
    answer.problem(422, "IDEMPOTENCY_KEY_REUSED")
    assert answer.fields() == {"Idempotency-Key"}
    assert len(stored(contest)) == 1
    assert send(contest, anna, other, key="K").status == 201


def test_without_a_key_a_repeat_is_a_duplicate(contest: Contest, quote: int) -> None:
    anna = contest.user()
    send(contest, anna, quote)
    submit(anna, want(contest, quote), at=AT).problem(409, "DUPLICATE_PICK")


def test_a_refused_submission_leaves_its_key_free(contest: Contest, quote: int) -> None:
    anna = contest.user()
    contest.connection.execute("UPDATE games SET status = 'live'")
    send(contest, anna, quote).problem(409, "GAME_LOCKED")
    contest.connection.execute("UPDATE games SET status = 'scheduled'")
    assert send(contest, anna, quote).status == 201


def test_a_key_is_its_users_own(contest: Contest, quote: int) -> None:
    of_anna, of_bert = (send(contest, contest.user(), quote).body["picks"] for _ in range(2))
    assert of_anna != of_bert
    assert len(stored(contest)) == 2


@pytest.mark.parametrize(("age", "status"), [(REMEMBERED_FOR, 201), (REMEMBERED_FOR + timedelta(microseconds=1), 409)])
def test_a_key_is_remembered_for_a_day(contest: Contest, quote: int, age: timedelta, status: int) -> None:
    anna = contest.user()
    send(contest, anna, quote)
    contest.connection.execute("UPDATE idempotency_keys SET made_at = %s", (AT - age,))
    assert send(contest, anna, quote).status == status


@pytest.mark.parametrize("key", ["", "x" * 256, "é", "a\tb", "a\n", "a\0"])
def test_what_cannot_be_a_key(key: str) -> None:
    pick = {"game_id": 1, "market": "total", "selection": "over", "quote_id": 1}
    answer = submit(7, pick, at=AT, headers={"Idempotency-Key": key})  # no database here: the handler runs no query
    answer.problem(422, "INVALID_VALUE")
    assert {field.lower() for field in answer.fields()} == {"idempotency-key"}


@pytest.mark.parametrize("key", ["x", "x" * 255, " ~'\";--%s"])
def test_any_printable_ascii_is_a_key(contest: Contest, quote: int, key: str) -> None:
    anna = contest.user()
    assert send(contest, anna, quote, key=key).body == send(contest, anna, quote, key=key).body
    assert len(stored(contest)) == 1


def test_a_user_who_is_not_there(contest: Contest, quote: int) -> None:
    send(contest, 10**9, quote).problem(401, "UNAUTHENTICATED")


def test_parallel_repeats_make_one(contest: Contest, quote: int, database: str) -> None:
    wanted = Submission.model_validate({"picks": [want(contest, quote)]})
    outcomes = submit_at_once(database, contest.user(), [wanted] * 40, at=AT, processes=4, key="k")
    assert outcomes == ["made"] * 40
    assert len(stored(contest)) == 1
