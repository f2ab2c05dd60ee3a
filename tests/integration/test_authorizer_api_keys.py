"""The Lambda authorizer and API keys, against the real database."""

import json
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from pickvs.core import clock, database
from pickvs.core.errors import DatabaseUnavailable
from tests.support.accounts import access_token, make_key, make_user, sign_in, use_signing_keys
from tests.support.functions import load
from tests.support.gateway import call
from tests.support.logs import logged

NOW = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)
STAGE = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/api"


@pytest.fixture(autouse=True)
def _time_and_keys(monkeypatch):
    use_signing_keys(monkeypatch, load("authorizer/handler"))
    with clock.held_at(NOW):
        yield


@pytest.fixture
def log():
    with logged() as lines:
        yield lines


@pytest.fixture
def ada(database):
    user = make_user(database, "ada")
    sign_in(database, user)
    return user


def make(user, **changes):
    return make_key(user, **changes).body


def ask(credentials):
    event = {
        "methodArn": f"{STAGE}/GET/picks/me",
        "headers": {"Authorization": f"Bearer {credentials}"},
        "requestContext": {"requestId": "request-1"},
    }
    return load("authorizer/handler").handler(event, None)


def refused(credentials):
    with pytest.raises(Exception, match=r"^Unauthorized$") as error:
        ask(credentials)
    assert error.type is Exception


def row(url, key):
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT last_used_at, xmin::text FROM api_keys WHERE id = %s", (key["id"],)
        ).fetchone()
    assert found is not None
    return found


def test_a_key_opens_the_whole_api_to_its_user_with_its_scopes(ada):
    made = make(ada, scopes=["picks:write", "picks:read"])
    assert ask(made["key"]) == {
        "principalId": str(ada[0]),
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{STAGE}/*"}],
        },
        "context": {
            "user_id": str(ada[0]),
            "username": "ada",
            "role": "user",
            "session": "",
            "scopes": "picks:read picks:write",
            "api_key_id": str(made["id"]),
            "expires_at": str((NOW + timedelta(days=90)).timestamp()),
        },
    }


def test_a_key_of_an_administrator_administers_nothing(database, ada):
    made = make(ada)
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE users SET role = 'admin'")
    assert ask(made["key"])["context"]["role"] == "user"


def test_what_the_authorizer_answers_lets_the_function_tell_who_it_is(ada):
    """An endpoint of each scope reads the context as the gateway passes it on."""
    context = ask(make(ada, scopes=["picks:write"])["key"])["context"]
    user = (int(context["user_id"]), context["username"])
    answer = call("list_my_picks", "GET", "/picks/me", user=user, scopes=context["scopes"])
    answer.problem(403, "SCOPE_REQUIRED")


def test_a_revoked_key_is_refused(log, ada):
    made = make(ada)
    call("revoke_api_key", "DELETE", f"/api-keys/{made['id']}", user=ada)
    refused(made["key"])
    [line] = log()
    assert (line["message"], line["reason"], line["request_id"]) == ("token refused", "revoked key", "request-1")
    assert made["key"][12:] not in json.dumps(line)


def test_a_key_ends_when_it_was_to_end(log, ada):
    made = make(ada, expires_at=(NOW + timedelta(hours=1)).isoformat())
    with clock.held_at(NOW + timedelta(minutes=59, seconds=59)):
        assert ask(made["key"])["principalId"] == str(ada[0])
    with clock.held_at(NOW + timedelta(hours=1)):
        refused(made["key"])
    assert log()[-1]["reason"] == "expired key"


def test_an_answer_that_the_gateway_keeps_is_good_until_the_end_of_the_key(ada):
    end = NOW + timedelta(seconds=90, microseconds=1)
    known = ask(make(ada, expires_at=end.isoformat())["key"])["context"]

    def read():
        return call("list_my_picks", "GET", "/picks/me", user=ada, scopes="picks:read", expires_at=known["expires_at"])

    with clock.held_at(end - timedelta(microseconds=1)):
        assert read().status == 200
    with clock.held_at(end):
        read().problem(401, "UNAUTHENTICATED")


def test_a_key_that_nobody_was_given_is_refused(log, database):
    refused("pvk_" + "A" * 43)
    assert log()[-1]["reason"] == "unknown key"


def test_a_key_with_another_end_is_another_key(ada):
    key = make(ada)["key"]
    refused(key[:-1] + ("A" if key[-1] != "A" else "B"))
    refused(key.swapcase())


@pytest.mark.parametrize(
    "key", ["pvk_", "pvk_0123456789abcdef", "pvk_" + "A" * 42, "pvk_" + "A" * 44, "pvk_" + "." * 43]
)
def test_what_cannot_be_a_key_is_refused_without_a_look(log, monkeypatch, key):
    monkeypatch.setattr(database, "_dial", lambda *_: pytest.fail("the database was asked"))
    refused(key)
    assert log()[-1]["reason"] == "malformed key"


def test_a_token_is_verified_without_a_look(monkeypatch):
    monkeypatch.setattr(database, "_dial", lambda *_: pytest.fail("the database was asked"))
    assert ask(access_token((41, "Ada")))["principalId"] == "41"


def test_a_key_of_an_erased_account_is_refused(database, ada):
    made = make(ada)
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE users SET username = 'deleted-1', email = NULL, password_hash = NULL, erased_at = %s", (NOW,)
        )
    refused(made["key"])


def test_a_use_is_noted_once_a_minute(database, ada):
    made, other = make(ada), make(ada)
    assert row(database, made)[0] is None
    ask(made["key"])
    first = row(database, made)
    assert first[0] == NOW
    with clock.held_at(NOW + timedelta(seconds=59)):
        ask(made["key"])
    assert row(database, made) == first, "no write for each request"
    with clock.held_at(NOW + timedelta(seconds=60)):
        ask(made["key"])
    assert row(database, made)[0] == NOW + timedelta(seconds=60)
    assert row(database, other)[0] is None
    shown = call("get_api_key", "GET", f"/api-keys/{made['id']}", user=ada).body
    assert shown["last_used_at"] == "2024-01-15T19:31:00Z"


def test_a_refused_use_is_no_use(database, ada):
    made = make(ada)
    call("revoke_api_key", "DELETE", f"/api-keys/{made['id']}", user=ada)
    refused(made["key"])
    assert row(database, made)[0] is None


def test_no_request_waits_for_the_note_of_its_use(database, ada):
    made = make(ada)
    with psycopg.connect(database) as somebody:
        somebody.execute("SELECT FROM api_keys FOR UPDATE")
        assert ask(made["key"])["principalId"] == str(ada[0])
    assert row(database, made)[0] is None
    ask(made["key"])
    assert row(database, made)[0] == NOW


def test_a_database_out_of_reach_is_not_the_caller_s_fault(log, monkeypatch, database):
    key = "pvk_" + "aB3-_x7Q" * 5 + "xyz"
    connect = "postgresql://postgres@127.0.0.1:1/none"
    monkeypatch.setattr("pickvs.core.database.get_secret", lambda _: {"url": connect})
    with pytest.raises(DatabaseUnavailable):
        ask(key)
    [line] = log()
    assert (line["level"], line["message"], line["request_id"]) == ("ERROR", "database unavailable", "request-1")
    assert key[12:] not in json.dumps(line)


def test_a_key_needs_no_signing_keys(monkeypatch, ada):
    made = make(ada)
    monkeypatch.setattr(load("authorizer/handler"), "get_secret", lambda name: pytest.fail("the secret was read"))
    assert ask(made["key"])["context"]["api_key_id"] == str(made["id"])
