"""POST /auth/register against the real database."""

import base64
import hashlib
import threading
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from pickvs.accounts import passwords, service, tokens
from pickvs.core import clock, database
from tests.support.accounts import SIGNING_KEYS, SIGNING_KEYS_SECRET, make_user, use_signing_keys
from tests.support.databases import secret_values
from tests.support.gateway import call

ADA = {"username": "Ada", "email": "ada@Example.com", "password": "correct horse"}
NOW = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _signing_keys(monkeypatch):
    use_signing_keys(monkeypatch, service)


def register(**changes):
    return call("register", "POST", "/auth/register", body={**ADA, **changes})


def rows(url, table):
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def test_a_new_user_gets_tokens(database):
    with clock.held_at(NOW):
        answer = register()
        assert answer.status == 201, answer.body
        assert set(answer.body) == {"token", "refresh_token", "expires_in"}
        assert answer.body["expires_in"] == 1800
        subject = tokens.verify(answer.body["token"], SIGNING_KEYS).subject
    [user] = rows(database, "users")
    assert (subject.user_id, subject.username, subject.role) == (user["id"], "Ada", "user")


def test_the_user_is_stored_as_given_with_the_password_hashed(database, real_hashing):
    with clock.held_at(NOW):
        register(email="Ada.L@Example.COM")
    [user] = rows(database, "users")
    assert (user["username"], user["email"], user["role"], user["created_at"]) == (
        "Ada",
        "Ada.L@example.com",
        "user",
        NOW,
    )
    assert user["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.verify(ADA["password"], user["password_hash"])


def test_only_a_hash_of_the_refresh_token_is_stored(database):
    with clock.held_at(NOW):
        refresh_token = register().body["refresh_token"]
    [user] = rows(database, "users")
    [stored] = rows(database, "refresh_tokens")
    assert stored.pop("family_id").version == 4
    assert stored == {
        "token_hash": hashlib.sha256(refresh_token.encode()).digest(),
        "user_id": user["id"],
        "issued_at": NOW,
        "expires_at": NOW + timedelta(days=30),
        "used_at": None,
        "revoked_at": None,
        "closed_at": None,
        "opened_at": NOW,
        "device": None,
    }
    assert len(base64.urlsafe_b64decode(refresh_token + "=")) == 32


@pytest.mark.parametrize("username", ["Ada", "ada", "ADA"])
def test_a_username_in_use_is_409_in_any_case(database, username):
    register()
    answer = register(username=username, email="another@example.com")
    answer.problem(409, "USERNAME_TAKEN")
    assert answer.fields() == {"username"}
    assert len(rows(database, "users")) == len(rows(database, "refresh_tokens")) == 1


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@example.com", "new@example.com"])
@pytest.mark.parametrize("is_confirmed", [True, False])
def test_an_address_in_use_and_a_free_one_get_the_same_answer(database, is_confirmed, email):
    register()
    if is_confirmed:
        with psycopg.connect(database) as connection:
            connection.execute("UPDATE users SET email_confirmed_at = created_at")
    answer = register(username="another", email=email)
    assert answer.status == 201
    assert len(rows(database, "users")) == len(rows(database, "refresh_tokens")) == 2
    first, second = rows(database, "deliveries")
    assert (first["address"], second["address"]) == (ADA["email"].lower(), email)
    assert second["secret"]


def test_after_a_refusal_the_next_one_is_served(database):
    register()
    register().problem(409, "USERNAME_TAKEN")
    assert register(username="Grace", email="grace@example.com").status == 201


def race(url, *, first_commits):
    """Insert Ada in another transaction, still open when the request arrives. Then commit it or roll it back."""
    answers = []
    with psycopg.connect(url) as first:
        first.execute(
            "INSERT INTO users (username, email, password_hash, created_at)"
            " VALUES ('ADA', 'first@example.com', %s, %s)",
            ("$argon2id$v=19$nobody", NOW),
        )
        thread = threading.Thread(target=lambda: answers.append(register()))
        thread.start()
        with psycopg.connect(url, autocommit=True) as watch:
            waiting = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            deadline = time.monotonic() + 3
            while watch.execute(waiting).fetchone() == (0,):
                assert time.monotonic() < deadline, "the request did not wait for the other transaction"
                time.sleep(0.005)
        assert answers == []
        first.commit() if first_commits else first.rollback()
        thread.join(timeout=5)
    return answers[0]


def test_of_two_at_once_the_second_is_refused(database):
    race(database, first_commits=True).problem(409, "USERNAME_TAKEN")
    assert [user["username"] for user in rows(database, "users")] == ["ADA"]


def test_of_two_at_once_the_second_is_served_when_the_first_gives_up(database):
    assert race(database, first_commits=False).status == 201
    assert [user["username"] for user in rows(database, "users")] == ["Ada"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "ab"),
        ("username", "a" * 31),
        ("username", "a b c"),
        ("username", "ada\0"),
        ("username", 123),
        ("username", None),
        ("email", "ada"),
        ("email", "ada@" + "a" * 250 + ".com"),
        ("email", "Ada <ada@example.com>"),
        ("email", {"address": "ada@example.com"}),
        ("email", None),
        ("password", "1234567"),
        ("password", "a" * 129),
        ("password", 12345678),
        ("password", None),
        ("role", "admin"),
    ],
)
def test_a_wrong_value_is_422_and_named(database, field, value):
    answer = register(**{field: value})
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {field}
    assert rows(database, "users") == []


@pytest.mark.parametrize(
    "password", ["Password123", "QWERTYUIOP", "ｐａｓｓｗｏｒｄ", "ada@example.com", "Ada@Example.com7"]
)
def test_a_weak_password_is_422_and_told_what_to_do(database, password):
    answer = register(password=password)
    [error] = answer.problem(422, "INVALID_VALUE")["errors"]
    assert error["field"] == "password"
    assert "choose another" in error["message"]
    assert rows(database, "users") == []


@pytest.mark.parametrize("username", ["admin", "Support", "NULL", "_me_", "PickVs", "deleted-0123456789abcdef"])
def test_a_reserved_username_is_422_and_told_what_to_do(database, username):
    answer = register(username=username)
    [error] = answer.problem(422, "INVALID_VALUE")["errors"]
    assert error == {"field": "username", "message": "is reserved; choose another"}
    assert rows(database, "users") == []


def test_who_has_a_reserved_name_or_a_weak_password_since_before_goes_on(database):
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO users (username, email, password_hash, created_at) VALUES ('Support', %s, %s, %s)",
            ("support@example.com", passwords.make_hash("password"), NOW),
        )
    pair = call("login", "POST", "/auth/login", body={"email": "support@example.com", "password": "password"})
    assert pair.status == 200
    token = {"refresh_token": pair.body["refresh_token"]}
    assert call("refresh", "POST", "/auth/refresh", body=token).status == 200


@pytest.mark.parametrize("field", ADA)
def test_a_missing_field_is_422_and_named(database, field):
    answer = call(
        "register", "POST", "/auth/register", body={name: value for name, value in ADA.items() if name != field}
    )
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {field}


def test_everything_wrong_is_said_at_once(database):
    answer = call(
        "register", "POST", "/auth/register", body={"username": "!", "email": "!", "password": "!", "extra": 1}
    )
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"username", "email", "password", "extra"}


def test_half_a_surrogate_pair_in_the_password_is_422(database):
    register(password="12345678\ud83c").problem(422, "INVALID_VALUE")


@pytest.mark.parametrize("password", ["🌀 páss wörd", "nul\0nul\0nul", " " * 8, "a" * 128])
def test_any_unicode_password_of_the_right_length_is_taken(database, password):
    assert register(password=password).status == 201
    login = call("login", "POST", "/auth/login", body={"email": "ada@example.com", "password": password})
    assert login.status == 200


@pytest.mark.parametrize("raw_body", ["{", "username=ada", '{"username": "ada", "username": "eve"}'])
def test_malformed_json_is_400(database, raw_body):
    call("register", "POST", "/auth/register", raw_body=raw_body).problem(400, "MALFORMED_JSON")


def test_no_body_is_422(database):
    call("register", "POST", "/auth/register").problem(422, "INVALID_VALUE")


def test_another_content_type_is_415(database):
    answer = call("register", "POST", "/auth/register", body=ADA, headers={"Content-Type": "text/plain"})
    answer.problem(415, "UNSUPPORTED_MEDIA_TYPE")


def test_no_transaction_waits_for_the_hashing(database, monkeypatch):
    seen = []
    make_hash = passwords.make_hash

    def look(password):
        with psycopg.connect(database, autocommit=True) as watch:
            seen.append(
                watch.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
                ).fetchone()
            )
        return make_hash(password)

    monkeypatch.setattr(passwords, "make_hash", look)
    assert register().status == 201
    assert seen == [(0,)]


@pytest.mark.parametrize("secret", [{}, {**SIGNING_KEYS_SECRET, "current_key": "too short"}])
def test_without_usable_signing_keys_nobody_is_stored(database, monkeypatch, secret):
    secret_values(monkeypatch, service, {"test/signing-keys": dict(secret)})
    register().problem(500, "INTERNAL_ERROR")
    assert rows(database, "users") == []


def test_an_absent_database_is_503(monkeypatch):
    database.close()
    monkeypatch.setenv("DATABASE_SECRET_ARN", "test/database")
    monkeypatch.setenv("DATABASE_TLS", "off")
    secret_values(monkeypatch, database, {"test/database": {"url": "postgresql://ada:secret@127.0.0.1:9/none"}})
    answer = register()
    answer.problem(503, "UNAVAILABLE")
    assert int(answer.headers["retry-after"]) > 0


def test_a_name_taken_by_somebody_else_s_insert_is_409(database):
    make_user(database, "ada")
    register(email="another@example.com").problem(409, "USERNAME_TAKEN")
    assert register(username="another").status == 201


def test_the_log_of_the_database_has_no_address(database, postgres):
    """An erasure does not reach it."""
    register(email="ada.secret@example.com")
    register(email="ADA.secret@example.com").problem(409, "USERNAME_TAKEN")
    assert "SECRET@" not in postgres.log.read_text().upper()
