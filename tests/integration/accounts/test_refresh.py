"""POST /auth/refresh against the real database."""

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random

import psycopg
import pytest

from pickvs.accounts import queries, service, tokens
from pickvs.accounts.requests import Logout
from pickvs.accounts.rules import AT_ONCE, REFRESH_GRACE, REFRESH_TOKEN_LIFETIME
from pickvs.accounts.sessions import queries as sessions
from pickvs.core import clock
from tests.support.accounts import SIGNING_KEYS, use_signing_keys
from tests.support.gateway import call
from tests.support.logs import written
from tests.support.rivals import refresh_at_once

NOW = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _signing_keys(monkeypatch):
    use_signing_keys(monkeypatch, service)


@pytest.fixture
def session(database):
    """Ada's session, opened at NOW, as its pair of tokens."""
    return register("Ada")


def register(name):
    with clock.held_at(NOW):
        body = {"username": name, "email": f"{name}@example.com", "password": "correct horse"}
        answer = call("register", "POST", "/auth/register", body=body)
    assert answer.status == 201, answer.body
    return answer.body


def refresh(token, *, at=NOW):
    with clock.held_at(at):
        return call("refresh", "POST", "/auth/refresh", body={"refresh_token": token})


def renewed(token, *, at=NOW):
    answer = refresh(token, at=at)
    assert answer.status == 200, answer.body
    return answer.body["refresh_token"]


def refused(token, *, at=NOW):
    return refresh(token, at=at).problem(401, "INVALID_REFRESH_TOKEN")


def rows(url, query="SELECT * FROM refresh_tokens ORDER BY issued_at"):
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
        return connection.execute(query).fetchall()


def change(url, statement, *values):
    with psycopg.connect(url) as connection:
        connection.execute(statement, values)


def subject(token, *, at=NOW):
    with clock.held_at(at):
        return tokens.verify(token, SIGNING_KEYS).subject


def test_a_refresh_token_gets_a_new_pair_of_the_same_session(session, database):
    at = NOW + timedelta(minutes=30)
    answer = refresh(session["refresh_token"], at=at)
    assert answer.status == 200, answer.body
    assert set(answer.body) == {"token", "refresh_token", "expires_in"}
    assert answer.body["expires_in"] == 1800
    assert answer.headers["cache-control"] == "no-store"
    old, new = rows(database)
    assert old["used_at"] == at
    assert (new["used_at"], new["revoked_at"]) == (None, None)
    assert new["token_hash"] == hashlib.sha256(answer.body["refresh_token"].encode()).digest()
    assert (new["issued_at"], new["expires_at"]) == (at, at + timedelta(days=30))
    assert (new["family_id"], new["user_id"]) == (old["family_id"], old["user_id"])
    before, after = subject(session["token"]), subject(answer.body["token"], at=at)
    assert before == after
    assert after.session == old["family_id"]


def test_a_session_goes_on_for_as_long_as_it_is_refreshed(session):
    token, at = session["refresh_token"], NOW
    for _ in range(4):
        at += timedelta(days=29)
        token = renewed(token, at=at)
    refused(token, at=at + REFRESH_TOKEN_LIFETIME)


def test_name_and_role_are_those_of_now(session, database):
    change(database, "UPDATE users SET username = 'Countess', role = 'admin'")
    after = subject(refresh(session["refresh_token"]).body["token"])
    assert (after.username, after.role) == ("Countess", "admin")


def test_the_last_moment_of_a_refresh_token(session):
    end = NOW + REFRESH_TOKEN_LIFETIME
    refused(session["refresh_token"], at=end)
    assert renewed(session["refresh_token"], at=end - timedelta(microseconds=1))


def test_unknown_expired_revoked_and_used_get_one_answer(session, database):
    used, revoked = session["refresh_token"], register("Bert")["refresh_token"]
    renewed(used)
    change(
        database,
        "UPDATE refresh_tokens SET revoked_at = issued_at WHERE token_hash = %s",
        tokens.hash_refresh_token(revoked),
    )
    answers = [
        refused("unknown"),
        refused(""),
        refused("ü\0" * 100),
        refused(session["token"][:512]),
        refused(revoked),
        refused(used, at=NOW + timedelta(hours=1)),
        refused(register("Carl")["refresh_token"], at=NOW + timedelta(days=31)),
    ]
    assert all(answer == answers[0] for answer in answers)


def test_an_expired_token_that_was_never_used_ends_nothing(session, database):
    refused(session["refresh_token"], at=NOW + REFRESH_TOKEN_LIFETIME)
    assert [row["revoked_at"] for row in rows(database)] == [None]


@pytest.mark.parametrize("later", [REFRESH_GRACE, timedelta(days=1), timedelta(days=40)])
def test_a_used_token_that_comes_again_ends_its_session_and_no_other(session, database, later):
    other = subject(register("Bert")["token"]).session
    copied = session["refresh_token"]
    first = renewed(copied, at=NOW + SECOND)
    at = NOW + SECOND + later
    refused(copied, at=at)
    family = subject(session["token"]).session
    assert [row["revoked_at"] for row in rows(database) if row["family_id"] == family] == [at, at]
    refused(first, at=at)
    refused(copied, at=at)
    assert living(database) == [{"family_id": other}]


def test_the_token_from_three_rotations_ago_ends_the_session_too(session):
    token = session["refresh_token"]
    for hour in range(3):
        token = renewed(token, at=NOW + timedelta(hours=hour))
    refused(session["refresh_token"], at=NOW + timedelta(hours=3))
    refused(token, at=NOW + timedelta(hours=3))


def test_a_reuse_is_logged_without_the_token(session, database):
    renewed(session["refresh_token"])
    with written() as stream:
        refused(session["refresh_token"], at=NOW + timedelta(hours=1))
    [line] = [json.loads(text) for text in stream.getvalue().splitlines()]
    [family] = {str(row["family_id"]) for row in rows(database)}
    assert (line["level"], line["message"]) == ("WARNING", "refresh token reused, session revoked")
    assert (line["user_id"], line["session"]) == (subject(session["token"]).user_id, family)
    assert session["refresh_token"] not in stream.getvalue()


LOST = timedelta(seconds=59)
"""Time after which a client gives up waiting for its answer and repeats the request."""


def test_a_request_sent_twice_gets_two_pairs_of_one_session(session, database):
    one, two = (renewed(session["refresh_token"], at=NOW + later) for later in (SECOND, SECOND + LOST))
    assert one != two
    assert len({row["family_id"] for row in rows(database)}) == 1
    assert [row["revoked_at"] for row in rows(database)] == [None] * 3


def test_who_lost_the_answer_goes_on_with_the_repeated_one(session):
    renewed(session["refresh_token"])
    token, at = renewed(session["refresh_token"], at=NOW + LOST), NOW + LOST
    for _ in range(3):
        at += timedelta(minutes=30)
        token = renewed(token, at=at)


@pytest.mark.parametrize("later", [timedelta(0), SECOND, timedelta(days=1)])
def test_a_lost_answer_is_of_no_use_to_who_found_it(session, database, later):
    lost = renewed(session["refresh_token"])
    kept = renewed(session["refresh_token"], at=NOW + AT_ONCE)
    refused(lost, at=NOW + AT_ONCE + later)
    refused(kept, at=NOW + AT_ONCE + later)
    assert living(database) == []


def test_each_late_repeat_gives_up_all_answers_before_it(session, database):
    given = [renewed(session["refresh_token"], at=NOW + timedelta(seconds=later)) for later in (0, 5, 20, 40)]
    assert len(living(database)) == 1
    assert renewed(given[-1], at=NOW + timedelta(minutes=30))


def test_an_answer_that_was_used_was_not_lost(session, database):
    following = renewed(renewed(session["refresh_token"]), at=NOW + SECOND)
    refused(session["refresh_token"], at=NOW + 2 * SECOND)
    refused(following, at=NOW + 3 * SECOND)
    assert living(database) == []


def test_the_pair_that_was_not_kept_has_no_grace(session, database):
    kept, other = (renewed(session["refresh_token"], at=NOW + later) for later in (timedelta(0), SECOND))
    following = renewed(kept, at=NOW + timedelta(minutes=30))
    refused(other, at=NOW + timedelta(minutes=30, seconds=1))
    refused(following, at=NOW + timedelta(minutes=30, seconds=2))
    assert living(database) == []


def test_a_token_that_the_release_before_used_may_be_repeated(session, database):
    """That release marks used tokens and does not close any."""
    lost = renewed(session["refresh_token"])
    change(database, "UPDATE refresh_tokens SET closed_at = NULL")
    kept = renewed(session["refresh_token"], at=NOW + LOST)
    refused(lost, at=NOW + LOST)
    refused(kept, at=NOW + LOST)


class Model:
    """A session as the contract describes it: what each of its tokens may still do."""

    def __init__(self, first):
        self.answers = {first: []}
        self.used = {}
        self.closed = set()
        self.is_alive = True

    def expects(self, token, at):
        """Return whether a use of the token at `at` gets a pair. Otherwise the session has ended."""
        first = self.used.get(token)
        is_good = self.is_alive and token not in self.closed and (first is None or at - first < timedelta(seconds=60))
        self.is_alive = is_good
        if is_good and first is None:
            self.used[token] = at
            self.closed |= set(self.answers) - {token}
        elif is_good and at - first >= timedelta(seconds=10):
            self.closed |= set(self.answers[token])
        return is_good

    def got(self, token, new):
        self.answers[token].append(new)
        self.answers[new] = []


@pytest.mark.parametrize("seed", range(12))
def test_any_order_of_uses_goes_as_the_contract_says(session, seed):
    random = Random(seed)  # noqa: S311
    model, at = Model(session["refresh_token"]), NOW
    for _ in range(25):
        at += timedelta(seconds=random.choice([0, 1, 5, 12, 31, 61, 1800]))
        token = random.choice(list(model.answers)[-4:])
        if model.expects(token, at):
            model.got(token, renewed(token, at=at))
        else:
            refused(token, at=at)


@pytest.mark.parametrize("kept", [0, 1])
def test_whichever_pair_is_kept_goes_on_and_the_other_ends_the_session(session, kept):
    pairs = [renewed(session["refresh_token"], at=NOW + later) for later in (timedelta(0), SECOND)]
    next_token = renewed(pairs[kept], at=NOW + timedelta(minutes=30))
    next_token = renewed(next_token, at=NOW + timedelta(minutes=60))
    # The other pair is in use too: two clients share this session.
    refused(pairs[1 - kept], at=NOW + timedelta(minutes=61))
    refused(next_token, at=NOW + timedelta(minutes=61))


def test_the_grace_begins_with_the_first_use_and_is_not_prolonged(session):
    renewed(session["refresh_token"])
    renewed(session["refresh_token"], at=NOW + timedelta(seconds=40))
    refused(session["refresh_token"], at=NOW + timedelta(seconds=60))


def test_no_grace_for_what_is_revoked_or_expired(session, database):
    end = NOW + REFRESH_TOKEN_LIFETIME
    renewed(session["refresh_token"], at=end - SECOND)
    refused(session["refresh_token"], at=end)
    assert [row["revoked_at"] for row in rows(database)] == [None, None]
    change(database, "UPDATE refresh_tokens SET revoked_at = %s", end)
    refused(session["refresh_token"], at=end - SECOND)


def test_a_host_whose_clock_is_behind_is_no_error(session, database):
    renewed(renewed(session["refresh_token"], at=NOW - SECOND), at=NOW - 2 * SECOND)
    assert all(row["used_at"] is None or row["used_at"] >= row["issued_at"] for row in rows(database))


def living(url):
    return rows(url, "SELECT family_id FROM refresh_tokens WHERE used_at IS NULL AND revoked_at IS NULL")


def test_many_at_once_leave_one_session_alive(session, database):
    made = refresh_at_once(database, [session["refresh_token"]] * 40, at=NOW + SECOND, processes=4)
    assert "INVALID_REFRESH_TOKEN" not in made
    assert len(set(made)) == 40
    assert {row["family_id"] for row in living(database)} == {subject(session["token"]).session}
    # One pair continues; the others are revoked.
    renewed(made[17], at=NOW + timedelta(minutes=30))
    assert len(living(database)) == 1


def test_a_copy_used_by_many_at_once_leaves_none_alive(session, database):
    kept = renewed(session["refresh_token"])
    both = [session["refresh_token"], kept] * 20
    outcomes = refresh_at_once(database, both, at=NOW + timedelta(hours=1), processes=4)
    assert set(outcomes[::2]) == {"INVALID_REFRESH_TOKEN"}
    assert living(database) == []


def run_while(url, others_work, work):
    """Run `work` while a transaction holds the uncommitted `others_work`. Commits it once `work` is waiting."""
    with psycopg.connect(url, autocommit=True) as watcher, psycopg.connect(url) as other, ThreadPoolExecutor(1) as pool:
        others_work(other)
        running = pool.submit(work)
        deadline = time.monotonic() + 10
        waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        while not running.done() and watcher.execute(waits).fetchone() == (0,) and time.monotonic() < deadline:
            time.sleep(0.01)
        other.commit()
        return running.result(timeout=10)


def test_a_token_that_is_issued_meanwhile_does_not_outlive_a_logout(session, database):
    known = subject(session["token"])

    def issue(connection):
        queries.lock_owner(connection, tokens.hash_refresh_token(session["refresh_token"]))
        at = {"issued_at": NOW, "expires_at": NOW + REFRESH_TOKEN_LIFETIME}
        hashed = tokens.hash_refresh_token("another")
        sessions.insert_refresh_token(
            connection, device=None, token_hash=hashed, user_id=known.user_id, family_id=known.session, **at
        )

    run_while(database, issue, lambda: service.logout(known.user_id, known.session, Logout()))
    assert len(rows(database)) == 2
    assert living(database) == []


def test_a_request_sent_twice_does_not_outlive_a_logout_at_the_same_moment(session, database):
    known = subject(session["token"])
    renewed(session["refresh_token"])

    def log_out(connection):
        queries.lock_user(connection, known.user_id)
        sessions.revoke_sessions(connection, known.user_id, None, NOW + SECOND)

    answer = run_while(database, log_out, lambda: refresh(session["refresh_token"], at=NOW + SECOND))
    answer.problem(401, "INVALID_REFRESH_TOKEN")
    assert living(database) == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"refresh_token"}),
        ({"refresh_token": None}, {"refresh_token"}),
        ({"refresh_token": 7}, {"refresh_token"}),
        ({"refresh_token": ["a"]}, {"refresh_token"}),
        ({"refresh_token": "a" * 513}, {"refresh_token"}),
        ({"refresh_token": "a", "token": "b"}, {"token"}),
        (["a"], {"body"}),
    ],
)
def test_a_wrong_value_is_422_and_named(database, body, fields):
    answer = call("refresh", "POST", "/auth/refresh", body=body)
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == fields
