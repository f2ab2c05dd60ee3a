"""POST /auth/logout against the real database."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from pickvs.accounts import service, tokens
from pickvs.core import clock
from tests.support.accounts import SIGNING_KEYS, use_signing_keys
from tests.support.gateway import call

NOW = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)
CREDENTIALS = {"email": "Ada@example.com", "password": "correct horse"}


@pytest.fixture(autouse=True)
def _time_and_keys(monkeypatch):
    use_signing_keys(monkeypatch, service)
    with clock.held_at(NOW):
        yield


@pytest.fixture
def sessions(database):
    """Three sessions of Ada's, then one of Bert's, as pairs of tokens."""
    first = register("Ada")
    return [first, login(), login(), register("Bert")]


def register(name):
    body = {"username": name, "email": f"{name}@example.com", "password": "correct horse"}
    return call("register", "POST", "/auth/register", body=body).body


def login():
    return call("login", "POST", "/auth/login", body=CREDENTIALS).body


def logout(pair, *, knows_session=True, **request):
    subject = tokens.verify(pair["token"], SIGNING_KEYS).subject
    session = str(subject.session) if knows_session else ""
    user = (subject.user_id, subject.username)
    return call("logout", "POST", "/auth/logout", user=user, session=session, **request)


def alive(url, *pairs):
    """Tell for each pair whether it can still be refreshed."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT token_hash FROM refresh_tokens WHERE used_at IS NULL AND revoked_at IS NULL"
        ).fetchall()
    return [(tokens.hash_refresh_token(pair["refresh_token"]),) in found for pair in pairs]


@pytest.mark.parametrize("request_", [{"body": {}}, {"body": {"everywhere": False}}, {}])
def test_logout_ends_this_session_and_no_other(sessions, database, request_):
    answer = logout(sessions[1], **request_)
    assert (answer.status, answer.body) == (204, None)
    assert alive(database, *sessions) == [True, False, True, True]
    body = {"refresh_token": sessions[1]["refresh_token"]}
    call("refresh", "POST", "/auth/refresh", body=body).problem(401, "INVALID_REFRESH_TOKEN")


def test_everywhere_ends_all_sessions_of_the_caller(sessions, database):
    assert logout(sessions[1], body={"everywhere": True}).status == 204
    assert alive(database, *sessions) == [False, False, False, True]


def test_a_session_that_was_refreshed_ends_with_its_latest_token(sessions, database):
    pair = call("refresh", "POST", "/auth/refresh", body={"refresh_token": sessions[0]["refresh_token"]}).body
    assert logout(sessions[0]).status == 204  # an access token issued before the refresh
    assert alive(database, pair, *sessions[1:]) == [False, True, True, True]


def test_twice_is_no_error_and_changes_nothing_more(sessions, database):
    def revoked():
        with psycopg.connect(database) as connection:
            return connection.execute("SELECT token_hash, revoked_at FROM refresh_tokens ORDER BY 1").fetchall()

    logout(sessions[0])
    before = revoked()
    with clock.held_at(NOW + timedelta(minutes=5)):
        assert logout(sessions[0]).status == 204
    assert revoked() == before


def test_the_account_can_be_opened_again(sessions, database):
    logout(sessions[0], body={"everywhere": True})
    assert alive(database, login()) == [True]


def test_the_session_of_somebody_else_is_not_mine_to_end(sessions, database):
    ada, bert = (tokens.verify(pair["token"], SIGNING_KEYS).subject for pair in (sessions[0], sessions[3]))
    answer = call("logout", "POST", "/auth/logout", user=(ada.user_id, "Ada"), session=str(bert.session))
    assert answer.status == 204
    assert alive(database, *sessions) == [True] * 4


def test_a_token_that_names_no_session_cannot_end_this_one(sessions, database):
    logout(sessions[0], knows_session=False, body={}).problem(409, "SESSION_UNKNOWN")
    assert alive(database, *sessions) == [True] * 4
    assert logout(sessions[0], knows_session=False, body={"everywhere": True}).status == 204
    assert alive(database, *sessions) == [False, False, False, True]


def test_a_user_who_is_gone_has_nothing_to_end(database):
    answer = call("logout", "POST", "/auth/logout", user=(41, "ada"), body={"everywhere": True})
    assert answer.status == 204


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"everywhere": 1}, {"everywhere"}),
        ({"everywhere": "true"}, {"everywhere"}),
        ({"everywhere": None}, {"everywhere"}),
        ({"every_where": True}, {"every_where"}),
        ([], {"body"}),
    ],
)
def test_a_wrong_value_is_422_and_named(sessions, database, body, fields):
    answer = logout(sessions[0], body=body)
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == fields
    assert alive(database, *sessions) == [True] * 4


def test_nobody_is_logged_out_who_is_not_known(sessions, database):
    call("logout", "POST", "/auth/logout", body={"everywhere": True}).problem(401, "UNAUTHENTICATED")
    assert alive(database, *sessions) == [True] * 4
