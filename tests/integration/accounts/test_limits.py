"""Rate limits on registrations, logins and refreshes. All instances share one count."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from cdk.config import STAGES
from cdk.routes import ENDPOINTS
from pickvs.accounts import passwords, service
from pickvs.accounts.limits import queries
from pickvs.accounts.limits import service as limits
from pickvs.accounts.limits.rules import Limit
from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import TooManyRequests
from tests.support import gateway
from tests.support.accounts import make_key, make_user, set_sign_in_limits, sign_in, use_signing_keys
from tests.support.functions import load

NOW = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
RIGHT = {"email": "ada@example.com", "password": "correct horse"}
WRONG = {**RIGHT, "password": "battery staple"}
UNKNOWN = {**WRONG, "email": "eve@example.com"}


@pytest.fixture(autouse=True)
def _signing_keys(monkeypatch):
    use_signing_keys(monkeypatch, service)


@pytest.fixture
def rates(monkeypatch):
    return lambda **limited: set_sign_in_limits(monkeypatch, **limited)


@pytest.fixture
def ada(database):
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO users (username, email, password_hash, created_at) VALUES ('ada', %s, %s, %s)",
            (RIGHT["email"], passwords.make_hash(RIGHT["password"]), NOW),
        )


def call(operation, body, *, at=NOW, address="203.0.113.7", headers=None):
    """Call the endpoint with a request from `address` at the time `at`."""
    with clock.held_at(at):
        return gateway.call(operation, "POST", f"/auth/{operation}", body=body, address=address, headers=headers)


def newcomer(number, **changes):
    return {"username": f"user{number}", "email": f"user{number}@example.com", "password": "correct horse", **changes}


def left(answer):
    return tuple(int(answer.headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "reset"))


def rows(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT key, theoretical_arrival FROM limits ORDER BY key").fetchall()


def test_an_address_opens_so_many_accounts_and_then_one_an_interval(database, rates):
    rates(registrations_per_address="3/3600")
    answers = [call("register", newcomer(number)) for number in range(3)]
    assert [answer.status for answer in answers] == [201] * 3
    assert [left(answer) for answer in answers] == [(3, 2, 1200), (3, 1, 2400), (3, 0, 3600)]
    refused = call("register", newcomer(3))
    problem = refused.problem(429, "TOO_MANY_REQUESTS")
    assert problem["detail"] == "Too many attempts. Try again in 20 minutes."
    assert refused.headers["retry-after"] == "1200"
    assert left(refused) == (3, 0, 3600)
    call("register", newcomer(3), at=NOW + timedelta(minutes=20) - SECOND).problem(429, "TOO_MANY_REQUESTS")
    assert call("register", newcomer(3), at=NOW + timedelta(minutes=20)).status == 201
    call("register", newcomer(4), at=NOW + timedelta(minutes=20)).problem(429, "TOO_MANY_REQUESTS")


def test_another_address_has_its_own_count_and_a_network_has_one(database, rates):
    rates(registrations_per_address="1/3600")
    assert call("register", newcomer(1)).status == 201
    assert call("register", newcomer(2), address="203.0.113.8").status == 201
    assert call("register", newcomer(3), address="2001:db8::1").status == 201
    call("register", newcomer(4), address="2001:db8::2").problem(429, "TOO_MANY_REQUESTS")
    assert call("register", newcomer(4), address="2001:db8:0:1::2").status == 201


def test_what_the_client_says_of_its_address_counts_for_nothing(database, rates):
    rates(registrations_per_address="1/3600")
    assert call("register", newcomer(1), headers={"X-Forwarded-For": "198.51.100.1"}).status == 201
    call("register", newcomer(2), headers={"X-Forwarded-For": "198.51.100.2"}).problem(429, "TOO_MANY_REQUESTS")


def test_a_registration_that_fails_is_a_try_and_one_that_cannot_be_read_is_none(database, rates):
    rates(registrations_per_address="2/3600", logins_per_address="30/600")
    assert call("register", newcomer(1)).status == 201
    unread = call("register", newcomer(2, password="short"))
    unread.problem(422, "INVALID_VALUE")
    assert left(unread)[0] == 30
    taken = call("register", newcomer(2, username="USER1"))
    taken.problem(409, "USERNAME_TAKEN")
    assert left(taken) == (2, 0, 3600)
    call("register", newcomer(2)).problem(429, "TOO_MANY_REQUESTS")


def test_nothing_is_hashed_for_a_try_too_many(database, rates, monkeypatch):
    rates(registrations_per_address="1/3600", logins_per_address="2/3600", tries_per_account="1/3600")
    assert call("register", newcomer(1)).status == 201
    assert call("login", UNKNOWN).status == 401

    def hashed(*_):
        raise AssertionError("a password was hashed")

    monkeypatch.setattr(passwords, "make_hash", hashed)
    monkeypatch.setattr(passwords, "verify", hashed)
    call("register", newcomer(2)).problem(429, "TOO_MANY_REQUESTS")
    call("login", UNKNOWN).problem(429, "TOO_MANY_REQUESTS")  # of the account
    call("login", RIGHT).problem(429, "TOO_MANY_REQUESTS")  # of the address


def test_an_account_s_password_is_guessed_so_often_from_all_addresses(ada, rates):
    rates(tries_per_account="3/900", tries_per_account_and_address="1/900", logins_per_address="100/60")
    for number in range(3):
        guess = call("login", WRONG, address=f"203.0.113.{number}")
        guess.problem(401, "INVALID_CREDENTIALS")
        assert left(guess)[:2] == (100, 99), "what is left for the account is not said"
    refused = call("login", {**RIGHT, "email": "ADA@Example.com"}, address="203.0.113.9")
    refused.problem(429, "TOO_MANY_REQUESTS")
    assert refused.headers["retry-after"] == "300"
    assert left(refused) == (3, 0, 900)
    assert call("login", RIGHT, at=NOW + timedelta(minutes=5)).status == 200


def test_an_unknown_account_is_limited_like_a_known_one(ada, database, rates):
    rates(tries_per_account="2/900", tries_per_account_and_address="2/900")
    answers = {}
    for body, address in ((WRONG, "203.0.113.1"), (UNKNOWN, "203.0.113.2")):
        answers[address] = [call("login", body, address=address) for _ in range(4)]
    known, unknown = answers.values()
    assert [answer.status for answer in known] == [401, 401, 429, 429]
    assert known == unknown
    assert [arrival for _, arrival in rows(database)].count(NOW + timedelta(minutes=15)) == 4


def test_a_right_password_is_given_back_and_the_address_s_try_is_not(ada, rates):
    rates(tries_per_account="2/900", logins_per_address="6/600")
    assert [call("login", RIGHT).status for _ in range(3)] == [200] * 3
    call("login", WRONG).problem(401, "INVALID_CREDENTIALS")
    assert call("login", RIGHT).status == 200
    call("login", WRONG).problem(401, "INVALID_CREDENTIALS")
    refused = call("login", RIGHT)
    refused.problem(429, "TOO_MANY_REQUESTS")
    assert left(refused)[0] == 6, "it is the address that has used up its tries"
    elsewhere = call("login", RIGHT, address="203.0.113.8")
    elsewhere.problem(429, "TOO_MANY_REQUESTS")
    assert left(elsewhere)[0] == 2, "and two wrong guesses those of the account"


def test_an_address_that_is_refused_guesses_at_no_account(ada, database, rates):
    rates(logins_per_address="1/600", tries_per_account="5/900")
    call("login", WRONG)
    before = rows(database)
    call("login", WRONG).problem(429, "TOO_MANY_REQUESTS")
    assert rows(database) == before


def test_sessions_are_continued_so_often_from_an_address(database, rates):
    rates(refreshes_per_address="2/60")
    pair = call("register", newcomer(1)).body
    answers = []
    for _ in range(3):
        answers.append(call("refresh", {"refresh_token": pair["refresh_token"]}))
        pair = answers[-1].body if answers[-1].status == 200 else pair
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert [left(answer) for answer in answers] == [(2, 1, 30), (2, 0, 60), (2, 0, 60)]
    assert answers[-1].body["detail"] == "Too many attempts. Try again in 30 seconds."
    # The refused request did not use up the token.
    assert call("refresh", {"refresh_token": pair["refresh_token"]}, at=NOW + timedelta(seconds=30)).status == 200


def test_strangers_who_guess_keep_the_owner_out_neither_of_the_login_nor_of_authenticated_acts(ada, database, rates):
    rates(tries_per_account_and_address="3/900", tries_per_account="200/86400", passwords_per_user="3/900")
    guesses = [call("login", WRONG, address=f"198.51.100.{number % 4}").status for number in range(20)]
    assert guesses.count(401) == 12, "three from each of four addresses"
    assert guesses.count(429) == 8
    assert call("login", RIGHT).status == 200
    user = (1, "ada")
    with clock.held_at(NOW):
        erased = gateway.call("delete_me", "DELETE", "/users/me", body={"password": RIGHT["password"]}, user=user)
    assert erased.status == 204


def test_one_network_that_guesses_all_day_keeps_the_owner_out_of_no_login(ada, monkeypatch):
    for name, value in STAGES["prod"].sign_in.environment().items():
        monkeypatch.setenv(name, value)
    guesses = 0
    at = NOW
    while at < NOW + timedelta(hours=12):
        at += timedelta(seconds=90)
        with clock.held_at(at), suppress(TooManyRequests):
            limits.admit_password("203.0.113.7", RIGHT["email"])
            guesses += 1
    assert guesses > 40, "who mistypes may go on"
    assert call("login", RIGHT, at=at + SECOND, address="203.0.113.8").status == 200


def test_a_user_s_own_guesses_run_out_and_a_right_one_is_given_back(ada, database, rates):
    rates(passwords_per_user="2/900")
    user = (1, "ada")
    session = sign_in(database, user)

    def make(password):
        body = {"name": "bot", "scopes": ["picks:read"], "password": password}
        with clock.held_at(NOW):
            return gateway.call("create_api_key", "POST", "/api-keys", body=body, user=user, session=session)

    assert [make(RIGHT["password"]).status for _ in range(3)] == [201] * 3
    assert [make("a guess").status for _ in range(3)] == [403, 403, 429]
    make(RIGHT["password"]).problem(429, "TOO_MANY_REQUESTS")
    assert call("login", RIGHT).status == 200


def test_what_a_user_does_is_counted_by_user(database, rates):
    rates(keys_per_user="1/86400", export_pages_per_user="2/3600", webhook_orders_per_user="2/3600")
    users = [make_user(database, name) for name in ("ada", "bert")]
    for user in users:
        sign_in(database, user)
        assert [make_key(user).status for _ in range(2)] == [201, 429]
        paths = {"export_me": "/users/me/export", "export_my_picks_csv": "/users/me/picks.csv"}
        pages = [gateway.call(name, "GET", path, user=user).status for name, path in [*paths.items()] * 2]
        assert pages == [200, 200, 429, 429]
        orders = {"test_webhook": "/webhooks/1/test", "replay_webhook_delivery": "/webhooks/1/deliveries/1/replay"}
        done = [gateway.call(name, "POST", path, user=user).status for name, path in [*orders.items()] * 2]
        assert done == [404, 404, 429, 429]


def test_no_row_says_whose_it_is(ada, database):
    make_user(database, "grace")
    call("login", WRONG)
    call("register", newcomer(1))
    keys = [key for key, _ in rows(database)]
    assert [len(key) for key in keys] == [32] * 8
    assert not [key for key in keys for word in (b"ada", b"login", b"register", b"address") if word in key]


def test_an_answer_says_nothing_of_the_request_before(ada, database, rates):
    """One instance answers several requests in turn. No state carries over from one to the next."""
    app = load("api/login").app
    with clock.held_at(NOW):
        app(gateway.proxy_event("POST", "/auth/login", body=WRONG), gateway.LambdaContext())
        answer = gateway.send(app, "PUT", "/auth/login", raw_body="{")
    assert answer.status == 404
    assert not [name for name in answer.headers if name.startswith("x-ratelimit")]


@pytest.mark.parametrize("door", ["register", "login", "refresh", "forgot_password", "reset_password", "unsubscribe"])
def test_whatever_comes_to_a_public_door_counts(database, rates, door):
    rates(logins_per_address="3/600", refreshes_per_address="3/600")
    endpoint = next(each for each in ENDPOINTS if each.name == door)
    app = load(f"api/{door}").app
    for body in ("", "{", "{}"):
        assert gateway.send(app, "POST", endpoint.path, raw_body=body).status in {400, 415, 422}
    gateway.send(app, "POST", endpoint.path, raw_body="{}").problem(429, "TOO_MANY_REQUESTS")
    elsewhere = gateway.send(app, "POST", endpoint.path, raw_body="{}", address="198.51.100.7")
    assert elsewhere.status in {400, 415, 422}


def test_of_many_at_once_no_more_conform_than_one_after_the_other(database):
    """Each request uses its own connection, as separate instances do."""
    limit, key = Limit(25, timedelta(hours=1)), b"k" * 32

    def take(_):
        with psycopg.connect(database) as connection:
            return queries.take(connection, key, limit, NOW)

    with ThreadPoolExecutor(12) as pool:
        arrivals = list(pool.map(take, range(60)))
    conforming = sorted(arrival for arrival in arrivals if arrival)
    assert conforming == [NOW + limit.interval * number for number in range(1, 26)]


def test_a_host_whose_clock_is_behind_gives_nothing_away(database):
    limit, key = Limit(2, timedelta(minutes=10)), b"k" * 32
    with transaction() as connection:
        assert queries.take(connection, key, limit, NOW) == NOW + timedelta(minutes=5)
        assert queries.take(connection, key, limit, NOW - timedelta(hours=1)) is None
        assert queries.take(connection, key, limit, NOW) == NOW + timedelta(minutes=10)
        assert queries.take(connection, key, limit, NOW) is None
