"""DELETE /users/me through the deployed file: access, and how the rest of the API treats an erased account."""

from datetime import timedelta
from typing import Any

import pytest

from pickvs.accounts import service as accounts
from pickvs.core import clock, storage
from pickvs.core.errors import StorageUnavailable
from tests.support.accounts import set_sign_in_limits, use_signing_keys
from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import Answer, call
from tests.support.persons import NOW, Person, delete, enter
from tests.support.picking import set_pick_rules, submit, want
from tests.support.snapshot import everything, row


@pytest.fixture(autouse=True)
def _everything_else_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)
    use_signing_keys(monkeypatch, accounts)


@pytest.fixture
def anna(contest: Contest) -> Person:
    return enter(contest, "Anna-Q7x")


def log_in(email: str, password: str) -> Answer:
    with clock.held_at(NOW):
        return call("login", "POST", "/auth/login", body={"email": email, "password": password})


def sign_up() -> Answer:
    """Register another account with Anna's name and address."""
    body = {"username": "Anna-Q7x", "email": "Anna-Q7x@mail.example", "password": "another password"}
    with clock.held_at(NOW):
        return call("register", "POST", "/auth/register", body=body)


def test_a_wrong_password_erases_nothing(database: str, anna: Person) -> None:
    before = everything(database, but={"limits"})
    delete(anna, "the password of somebody").problem(403, "WRONG_PASSWORD")
    assert everything(database, but={"limits"}) == before


def test_the_right_one_answers_nothing(anna: Person) -> None:
    answer = delete(anna)
    assert (answer.status, answer.body) == (204, None)


def test_a_second_time_there_is_nothing_to_erase(database: str, anna: Person) -> None:
    delete(anna)
    before = everything(database)
    delete(anna).problem(401, "UNAUTHENTICATED")
    assert everything(database) == before


def test_a_claim_of_an_address_reads_and_erases_no_report_of_its_owner(contest: Contest, anna: Person) -> None:
    contest.connection.execute("UPDATE users SET email_confirmed_at = NULL WHERE id = %s", (anna.id,))
    [report] = contest.connection.execute("SELECT * FROM mail_suppressions").fetchall()
    assert report["address"] == anna.email.lower()
    page = call("export_me", "GET", "/users/me/export", user=(anna.id, anna.name)).body
    assert (page["next_cursor"], page["mail_suppressions"]) == (None, [])
    assert delete(anna).status == 204
    assert contest.connection.execute("SELECT * FROM mail_suppressions").fetchall() == [report]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "password"),
        ({"password": 7}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"pasword": "x"}, "pasword"),
    ],
)
def test_the_body_must_be_right(anna: Person, body: dict[str, Any], field: str) -> None:
    answer = call("delete_me", "DELETE", "/users/me", user=(anna.id, anna.name), body=body)
    answer.problem(422, "INVALID_VALUE")
    assert field in answer.fields()


def test_no_body_erases_nothing(database: str, anna: Person) -> None:
    call("delete_me", "DELETE", "/users/me", user=(anna.id, anna.name)).problem(422, "INVALID_VALUE")
    assert row(database, "SELECT username FROM users")["username"] == anna.name


def test_nobody_and_an_api_key_are_refused(anna: Person) -> None:
    body = {"password": anna.password}
    call("delete_me", "DELETE", "/users/me", body=body).problem(401, "UNAUTHENTICATED")
    answer = call("delete_me", "DELETE", "/users/me", body=body, user=(anna.id, anna.name), scopes="picks:write")
    answer.problem(403, "API_KEY_NOT_ACCEPTED")


def test_guesses_run_out_and_those_at_login_do_not_count(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    set_sign_in_limits(monkeypatch, passwords_per_user="3/3600", tries_per_account="3/3600")
    late = NOW + timedelta(days=1)
    assert [log_in(anna.email, "a guess").status for _ in range(4)] == [401, 401, 401, 429]
    for _ in range(3):
        delete(anna, "a guess", at=late).problem(403, "WRONG_PASSWORD")
    assert delete(anna, "a guess", at=late).problem(429, "TOO_MANY_REQUESTS")
    delete(anna, at=late).problem(429, "TOO_MANY_REQUESTS")
    assert delete(anna, at=late + timedelta(hours=1)).status == 204


def test_login_refresh_and_profile_are_gone(anna: Person) -> None:
    tokens = log_in(anna.email, anna.password)
    assert tokens.status == 200
    delete(anna)
    log_in(anna.email, anna.password).problem(401, "INVALID_CREDENTIALS")
    renewal = {"refresh_token": tokens.body["refresh_token"]}
    call("refresh", "POST", "/auth/refresh", body=renewal).problem(401, "INVALID_REFRESH_TOKEN")
    call("get_me", "GET", "/users/me", user=(anna.id, anna.name)).problem(401, "UNAUTHENTICATED")
    call("get_profile", "GET", f"/users/{anna.name}").problem(404, "USER_NOT_FOUND")


def test_logout_of_who_is_gone_is_harmless(database: str, anna: Person) -> None:
    delete(anna)
    before = everything(database)
    answer = call("logout", "POST", "/auth/logout", user=(anna.id, anna.name), body={"everywhere": True})
    assert answer.status == 204
    assert everything(database) == before


def test_the_token_makes_no_picks_and_no_keys_any_more(database: str, contest: Contest, anna: Person) -> None:
    wanted = want(contest, contest.quote(contest.game(), "moneyline", "home", None, -110))
    delete(anna)
    before = everything(database)
    at = TIP_OFF - timedelta(hours=2)
    submit(anna.id, wanted, at=at).problem(401, "UNAUTHENTICATED")
    submit(anna.id, wanted, at=at, headers={"Idempotency-Key": "again"}).problem(401, "UNAUTHENTICATED")
    user, key = (anna.id, anna.name), {"name": "bot", "scopes": ["picks:read"], "password": anna.password}
    call("create_api_key", "POST", "/api-keys", user=user, session=str(anna.session), body=key).problem(
        401, "UNAUTHENTICATED"
    )
    assert everything(database) == before


def test_name_and_address_are_free_again_and_bring_no_record_along(contest: Contest, anna: Person) -> None:
    contest.pick(anna.id, contest.quote(contest.game(), "moneyline", "home", None, -110))
    sign_up().problem(409, "USERNAME_TAKEN")
    delete(anna)
    assert sign_up().status == 201
    assert log_in(anna.email, "another password").status == 200
    log_in(anna.email, anna.password).problem(401, "INVALID_CREDENTIALS")
    owner = contest.connection.execute("SELECT username FROM picks JOIN users ON users.id = user_id").fetchall()
    assert [entry["username"][:8] for entry in owner] == ["deleted-"]


def upload(contest: Contest, person: Person, sha256: str) -> None:
    contest.connection.execute(
        "INSERT INTO dfs_uploads (user_id, kind, sha256, bytes, is_strict, report, uploaded_at)"
        " VALUES (%s, 'projections', %s, 1, false, '{}', %s)",
        (person.id, sha256, NOW),
    )


def test_uploaded_files_go_with_the_account(contest: Contest, anna: Person, deleted_files: list[str]) -> None:
    for sha256 in ("a" * 64, "b" * 64, "a" * 64):
        upload(contest, anna, sha256)
    upload(contest, enter(contest, "Bert"), "c" * 64)
    assert delete(anna).status == 204
    assert len(deleted_files) == len(set(deleted_files))
    assert {key.split("/")[1] for key in deleted_files} == {str(anna.id)}
    assert {
        f"{folder}/{anna.id}/{sha256}" for folder in ("files", "incoming") for sha256 in ("a" * 64, "b" * 64)
    } < set(deleted_files)


def test_an_account_whose_files_cannot_be_deleted_stays(
    contest: Contest, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(bucket: str, keys: object) -> None:
        raise StorageUnavailable(f"{bucket} does not answer")

    upload(contest, anna, "a" * 64)
    before = everything(contest.url, but={"limits"})
    monkeypatch.setattr(storage, "delete", refuse)
    assert delete(anna).status >= 500
    assert everything(contest.url, but={"limits"}) == before
