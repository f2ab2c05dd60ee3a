"""POST /auth/login against the real database."""

import hashlib
from datetime import UTC, datetime, timedelta

import argon2
import psycopg
import pytest

from pickvs.accounts import passwords, service, tokens
from pickvs.core import clock
from tests.support.accounts import SIGNING_KEYS, use_signing_keys
from tests.support.gateway import call

EMAIL, PASSWORD = "ada@example.com", "correct horse"
NOW = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _signing_keys(monkeypatch):
    use_signing_keys(monkeypatch, service)


@pytest.fixture
def ada(database):
    """Insert Ada's account directly. Returns her id."""
    return store(database, passwords.make_hash(PASSWORD))


def store(url, password_hash, role="user"):
    with psycopg.connect(url) as connection:
        [(user_id,)] = connection.execute(
            "INSERT INTO users (username, email, password_hash, role, created_at)"
            " VALUES ('Ada', %s, %s, %s, %s) RETURNING id",
            ("Ada@example.com", password_hash, role, NOW - timedelta(days=1)),
        ).fetchall()
    return user_id


def login(email=EMAIL, password=PASSWORD, **more):
    return call("login", "POST", "/auth/login", body={"email": email, "password": password, **more})


def column(url, query):
    with psycopg.connect(url) as connection:
        return [value for (value,) in connection.execute(query).fetchall()]


@pytest.mark.parametrize("name", ["ada@example.com", "Ada@example.com", "ADA@EXAMPLE.COM", "Ada", "aDA"])
def test_the_right_password_gets_tokens(ada, name):
    with clock.held_at(NOW):
        answer = call("login", "POST", "/auth/login", body={"login": name, "password": PASSWORD})
        assert answer.status == 200, answer.body
        assert set(answer.body) == {"token", "refresh_token", "expires_in"}
        assert answer.body["expires_in"] == 1800
        subject = tokens.verify(answer.body["token"], SIGNING_KEYS).subject
    assert (subject.user_id, subject.username, subject.role) == (ada, "Ada", "user")


def test_a_client_of_the_last_release_sends_an_address(ada):
    assert login().status == 200


def test_the_token_carries_the_role_of_the_account(database):
    store(database, passwords.make_hash(PASSWORD), role="admin")
    assert tokens.verify(login().body["token"], SIGNING_KEYS).subject.role == "admin"


def test_every_login_is_a_session_of_its_own(ada, database):
    with clock.held_at(NOW):
        pairs = [login().body for _ in range(2)]
    assert len({pair["token"] for pair in pairs}) == len({pair["refresh_token"] for pair in pairs}) == 2
    hashes = {hashlib.sha256(pair["refresh_token"].encode()).digest() for pair in pairs}
    assert set(column(database, "SELECT token_hash FROM refresh_tokens")) == hashes
    assert len(set(column(database, "SELECT family_id FROM refresh_tokens"))) == 2
    assert set(column(database, "SELECT expires_at FROM refresh_tokens")) == {NOW + timedelta(days=30)}
    assert set(column(database, "SELECT user_id FROM refresh_tokens")) == {ada}


def test_unknown_address_and_wrong_password_get_one_answer(ada, database):
    unknown, wrong = login(email="eve@example.com"), login(password="battery staple")
    unknown.problem(401, "INVALID_CREDENTIALS")
    assert unknown == wrong
    assert column(database, "SELECT count(*) FROM refresh_tokens") == [0]


class Counting(argon2.PasswordHasher):
    """Records the parameters of every hash it computes. They determine how long a hash takes."""

    def __init__(self):
        super().__init__(time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16)
        self.work = []

    def verify(self, hash, password):  # noqa: A002 - the library's name
        self.work.append(("verify", argon2.extract_parameters(hash), len(password)))
        return super().verify(hash, password)

    def hash(self, password, *, salt=None):
        self.work.append(("hash", None, len(password)))
        return super().hash(password, salt=salt)


def test_unknown_address_and_wrong_password_take_the_same_work(real_hashing, ada, monkeypatch):
    hashers = []
    for email in ("eve@example.com", EMAIL):
        hashers.append(Counting())
        monkeypatch.setattr(passwords, "_HASHER", hashers[-1])
        login(email, "battery staple").problem(401, "INVALID_CREDENTIALS")
    unknown, wrong = (hasher.work for hasher in hashers)
    assert [kind for kind, *_ in unknown] == ["verify"] * 2
    assert unknown == wrong


@pytest.mark.parametrize(
    "password", ["", "a", "correct hors", "Correct horse", "correct horse ", "correct horse\0", "a" * 128]
)
def test_another_password_is_401(ada, password):
    login(password=password).problem(401, "INVALID_CREDENTIALS")


def test_a_hash_of_old_parameters_is_replaced_at_the_next_login(database, real_hashing):
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    store(database, old)
    login(password="wrong password").problem(401, "INVALID_CREDENTIALS")
    assert column(database, "SELECT password_hash FROM users") == [old]
    assert login().status == 200
    [new] = column(database, "SELECT password_hash FROM users")
    assert new.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert login().status == 200
    assert column(database, "SELECT password_hash FROM users") == [new]


def test_a_password_changed_meanwhile_is_not_overwritten(database, monkeypatch):
    store(database, argon2.PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD))
    changed = passwords.make_hash("another password")
    make_hash = passwords.make_hash

    def change_and_hash(password):
        with psycopg.connect(database) as connection:
            connection.execute("UPDATE users SET password_hash = %s", (changed,))
        return make_hash(password)

    monkeypatch.setattr(passwords, "make_hash", change_and_hash)
    login()
    assert column(database, "SELECT password_hash FROM users") == [changed]


def test_no_transaction_waits_for_the_hashing(ada, database, monkeypatch):
    seen = []
    verify = passwords.verify

    def look(password, stored):
        in_transaction = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
        )
        seen.extend(column(database, in_transaction))
        return verify(password, stored)

    monkeypatch.setattr(passwords, "verify", look)
    assert login().status == 200
    assert seen == [0, 0]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"email": EMAIL}, {"password"}),
        ({"password": PASSWORD}, {"login"}),
        ({"email": EMAIL, "login": EMAIL, "password": PASSWORD}, {"login"}),
        ({"login": "Ada Lovelace", "password": PASSWORD}, {"login"}),
        ({"login": "a@", "password": PASSWORD}, {"login"}),
        ({"email": EMAIL, "password": 12345678}, {"password"}),
        ({"email": EMAIL, "password": None}, {"password"}),
        ({"email": EMAIL, "password": "a" * 129}, {"password"}),
        ({"email": [EMAIL], "password": PASSWORD}, {"email"}),
        ({"email": "ada", "password": PASSWORD}, {"email"}),
        ({"email": "a@" + "b" * 300, "password": PASSWORD}, {"email"}),
        ({"email": "ada\0@example.com", "password": PASSWORD}, {"email"}),
        ({"email": EMAIL, "password": PASSWORD, "username": "Ada"}, {"username"}),
        ({}, {"login", "password"}),
        ([{"email": EMAIL, "password": PASSWORD}], {"body"}),
    ],
)
def test_a_wrong_value_is_422_and_named(ada, body, fields):
    answer = call("login", "POST", "/auth/login", body=body)
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == fields


@pytest.mark.parametrize("raw_body", ["{", "email=ada", "\x00"])
def test_malformed_json_is_400(database, raw_body):
    call("login", "POST", "/auth/login", raw_body=raw_body).problem(400, "MALFORMED_JSON")


def test_sql_in_an_address_is_an_address(ada):
    login(email="x'or'1'='1@example.com").problem(401, "INVALID_CREDENTIALS")
