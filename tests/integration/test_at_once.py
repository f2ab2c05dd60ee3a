"""Concurrent requests through the real handlers. Exactly one of them is first; it may be any of them."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import psycopg
import pytest

from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import Answer
from tests.support.in_step import Request, SendInStep, in_step
from tests.support.picking import stored, want

NOW = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)
CROWD = 10
PASSWORD = "correct horse"


@pytest.fixture
def send(database: str) -> Iterator[SendInStep]:
    with in_step(database, processes=CROWD) as send_all:
        yield send_all


def outcomes(answers: list[Answer]) -> Counter[object]:
    return Counter(answer.body.get("code", answer.status) for answer in answers)


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def registration(username: str, email: str) -> Request:
    body = {"username": username, "email": email, "password": PASSWORD}
    return Request("register", "POST", "/auth/register", NOW, {"body": body})


def cases(word: str) -> list[str]:
    """Return the word in many mixtures of upper and lower case."""
    return ["".join(letters) for letters in product(*({letter.lower(), letter.upper()} for letter in word))]


def test_two_hundred_registrations_of_one_name_open_one_account(database: str, send: SendInStep) -> None:
    names = cases("newcomer")[:200]
    assert len(set(names)) == 200
    wanted = [registration(name, f"user{number}@example.com") for number, name in enumerate(names)]
    answers = send(wanted)
    assert outcomes(answers) == {201: 1, "USERNAME_TAKEN": 199}
    [(opened,)] = rows(database, "SELECT username FROM users")
    assert opened == names[[answer.status for answer in answers].index(201)]
    assert rows(database, "SELECT count(*) FROM refresh_tokens") == [(1,)]


def test_two_hundred_registrations_of_one_address_are_answered_alike_and_confirm_nothing(
    database: str, send: SendInStep
) -> None:
    addresses = cases("newcomer")[:200]
    wanted = [registration(f"user{number}", f"{address}@Example.com") for number, address in enumerate(addresses)]
    answers = send(wanted)
    assert outcomes(answers) == {201: 200}
    assert rows(database, "SELECT count(*), count(email_confirmed_at) FROM users") == [(200, 0)]


def test_two_hundred_submissions_of_one_pick_make_one(contest: Contest, send: SendInStep) -> None:
    anna = contest.user()
    body = {"picks": [want(contest, contest.quote(contest.game(), "moneyline", "home", None, -110))]}
    at = TIP_OFF - timedelta(hours=3)
    wanted = [Request("create_picks", "POST", "/picks", at, {"body": body, "user": (anna, "anna")})] * 200
    answers = send(wanted)
    assert outcomes(answers) == {201: 1, "DUPLICATE_PICK": 199}
    assert len(stored(contest)) == 1


def test_a_hundred_guesses_at_a_password_are_counted_one_by_one(database: str, send: SendInStep) -> None:
    body = {"email": "ada@example.com", "password": PASSWORD}
    answers = send([Request("login", "POST", "/auth/login", NOW, {"body": body})] * 100)
    remaining = sorted(int(answer.headers["x-ratelimit-remaining"]) for answer in answers)
    assert outcomes(answers) == {"INVALID_CREDENTIALS": 100}
    assert remaining == list(range(100_000 - 100, 100_000))


# ------------------------------------------------------------------------------------------------ one refresh token


def sessions(send: SendInStep, count: int) -> list[str]:
    """Open `count` sessions, each for a different user, and return their refresh tokens."""
    answers = send([registration(f"user{number}", f"user{number}@example.com") for number in range(count)])
    assert outcomes(answers) == {201: count}
    return [answer.body["refresh_token"] for answer in answers]


def refreshed(token: str, at: datetime) -> Request:
    return Request("refresh", "POST", "/auth/refresh", at, {"body": {"refresh_token": token}})


LIVING = """
    SELECT user_id, count(DISTINCT family_id), count(DISTINCT family_id) FILTER (WHERE revoked_at IS NULL)
    FROM refresh_tokens GROUP BY user_id
"""
ROUNDS = 40


@pytest.mark.parametrize(
    ("later", "first_use", "alive"),
    [
        pytest.param(timedelta(seconds=1), None, 1, id="one request sent twice"),
        pytest.param(timedelta(seconds=9), timedelta(0), 1, id="again within the grace"),
        pytest.param(timedelta(hours=1), timedelta(0), 0, id="a copy of a used one"),
    ],
)
def test_a_token_used_twice_at_once_leaves_one_family_or_none(
    database: str, send: SendInStep, later: timedelta, first_use: timedelta | None, alive: int
) -> None:
    tokens = sessions(send, ROUNDS)
    if first_use is not None:
        used = send([refreshed(token, NOW + first_use) for token in tokens])
        assert outcomes(used) == {200: ROUNDS}
    twice = [refreshed(token, NOW + later) for token in tokens for _ in range(2)]
    answers = send(twice)
    assert outcomes(answers) == ({200: 2 * ROUNDS} if alive else {"INVALID_REFRESH_TOKEN": 2 * ROUNDS})
    families = rows(database, LIVING)
    assert len(families) == ROUNDS
    assert {(total, living) for _, total, living in families} == {(1, alive)}


def test_a_used_token_beside_its_successor_leaves_no_family_alive(database: str, send: SendInStep) -> None:
    """Either may come first: the thief's copy, or the owner's next refresh."""
    tokens = sessions(send, ROUNDS)
    used = send([refreshed(token, NOW) for token in tokens])
    later = NOW + timedelta(hours=1)
    both = [
        refreshed(token, later)
        for old, new in zip(tokens, (answer.body["refresh_token"] for answer in used), strict=True)
        for token in (old, new)
    ]
    answers = send(both)
    assert outcomes(answers[::2]) == {"INVALID_REFRESH_TOKEN": ROUNDS}
    assert {(total, living) for _, total, living in rows(database, LIVING)} == {(1, 0)}
