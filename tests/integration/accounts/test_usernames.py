"""Usernames change; former ones stay reserved and lead to the present one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from psycopg.rows import dict_row

from local.postgres import Postgres
from pickvs.core import clock
from tests.support.account_flows import Flows, SignedIn
from tests.support.accounts import PASSWORD
from tests.support.contest import Contest
from tests.support.gateway import Answer, call
from tests.support.picking import set_pick_rules
from tests.support.waiting import blocked

MONTH = timedelta(days=30)


@pytest.fixture(autouse=True)
def _pick_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)


@pytest.fixture
def ada(flows: Flows) -> SignedIn:
    return flows.register("ada")


def register(name: str) -> Answer:
    body = {"username": name, "email": "new@example.com", "password": PASSWORD}
    return call("register", "POST", "/auth/register", body=body)


def profile(name: str) -> Answer:
    return call("get_profile", "GET", f"/users/{name}")


def test_the_former_name_leads_to_the_present_one_and_logs_nobody_in(flows: Flows, ada: SignedIn) -> None:
    assert flows.change(ada, "username", username="Lovelace").status == 204
    assert profile("ADA").body == profile("lovelace").body
    assert profile("ada").body["username"] == "Lovelace"
    found = call("list_public_picks", "GET", "/picks/public", query={"username": "ada"})
    assert (found.status, found.body["picks"]) == (200, [])
    flows.login("ada").problem(401, "INVALID_CREDENTIALS")
    assert flows.login("lovelace").status == 200
    assert flows.kinds(ada)[-1] == "username_changed"


def test_the_former_name_stays_reserved_and_may_be_taken_back(flows: Flows, ada: SignedIn) -> None:
    eve = flows.register("eve")
    flows.change(ada, "username", username="lovelace")
    register("Ada").problem(409, "USERNAME_TAKEN")
    flows.change(eve, "username", username="ADA").problem(409, "USERNAME_TAKEN")
    flows.change(eve, "username", username="Lovelace").problem(409, "USERNAME_TAKEN")
    with clock.held_at(clock.now() + MONTH):
        assert flows.change(ada, "username", username="ADA").status == 204
    assert profile("lovelace").body["username"] == "ADA"
    register("lovelace").problem(409, "USERNAME_TAKEN")


def test_a_name_changes_once_in_a_month_and_its_case_at_any_time(flows: Flows, ada: SignedIn) -> None:
    assert flows.change(ada, "username", username="Ada").status == 204
    assert flows.change(ada, "username", username="lovelace").status == 204
    assert flows.change(ada, "username", username="LOVELACE").status == 204
    answer = flows.change(ada, "username", username="byron")
    assert "30 days" in answer.problem(409, "USERNAME_CHANGED_RECENTLY")["detail"]
    assert profile("ada").body["username"] == "LOVELACE"


def test_an_erasure_frees_all_names(flows: Flows, ada: SignedIn) -> None:
    flows.change(ada, "username", username="lovelace")
    assert flows.act(ada, "delete_me", "DELETE", "/users/me", {"password": PASSWORD}).status == 204
    profile("ada").problem(404, "USER_NOT_FOUND")
    assert register("ada").status == 201


@pytest.mark.parametrize(
    ("name", "status"), [("admin", 422), ("a b", 422), ("deleted-0123456789abcdef", 422), ("ab", 422)]
)
def test_a_name_is_one_that_could_be_registered(flows: Flows, ada: SignedIn, name: str, status: int) -> None:
    assert flows.change(ada, "username", username=name).status == status
    flows.change(ada, "username", "a guess", username="lovelace").problem(403, "WRONG_PASSWORD")


def test_a_name_that_is_being_given_up_cannot_be_registered_in_between(
    flows: Flows, contest: Contest, ada: SignedIn
) -> None:
    with ThreadPoolExecutor(1) as thread:
        with psycopg.connect(flows.url, row_factory=dict_row) as other:
            other.execute("UPDATE users SET username = 'lovelace' WHERE id = %s", (ada.id,))
            other.execute("INSERT INTO former_usernames VALUES ('ada', %s, now())", (ada.id,))
            waiting = blocked(thread, contest, lambda: register("ADA"))
            other.commit()
        waiting.result(timeout=10).problem(409, "USERNAME_TAKEN")


def test_the_log_of_the_database_has_no_name_that_two_take_at_once(
    flows: Flows, contest: Contest, ada: SignedIn, postgres: Postgres
) -> None:
    """An erasure does not reach it."""
    with ThreadPoolExecutor(1) as thread:
        with psycopg.connect(flows.url, row_factory=dict_row) as other:
            other.execute("UPDATE users SET username = 'Secret-Love' WHERE id = %s", (flows.register("eve").id,))
            waiting = blocked(thread, contest, lambda: flows.change(ada, "username", username="secret-love"))
            other.commit()
        waiting.result(timeout=10).problem(409, "USERNAME_TAKEN")
    assert "users_username_key" in postgres.log.read_text()
    assert "SECRET-LOVE" not in postgres.log.read_text().upper()


def test_the_release_before_cannot_register_a_former_name_either(flows: Flows, ada: SignedIn) -> None:
    flows.change(ada, "username", username="lovelace")
    with psycopg.connect(flows.url) as connection, pytest.raises(psycopg.errors.UniqueViolation) as refused:
        connection.execute(
            "INSERT INTO users (username, email, password_hash, created_at)"
            " VALUES ('Ada', 'x@example.com', '$argon2id$', now()) ON CONFLICT DO NOTHING RETURNING id"
        )
    assert "ada" not in str(refused.value).lower()
