"""How often mails with a token go to an address, and that no stranger stops them, causes more or learns of them."""

from collections.abc import Callable

import pytest

from cdk.config import STAGES
from tests.support.account_flows import Flows, SignedIn
from tests.support.accounts import PASSWORD, set_sign_in_limits
from tests.support.gateway import Answer, call

ADDRESS = "ada@example.com"


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    return lambda **rates: set_sign_in_limits(monkeypatch, **rates)


def erase(flows: Flows, person: SignedIn) -> Answer:
    return flows.act(person, "delete_me", "DELETE", "/users/me", {"password": PASSWORD})


def mails_to(flows: Flows, kind: str) -> int:
    return [address for address, _ in flows.mails(f"account.{kind}")].count(ADDRESS)


def test_an_address_gets_three_resets_an_hour_by_whichever_name_and_nobody_is_told(
    flows: Flows, limited: Callable[..., None]
) -> None:
    flows.confirmed(flows.register("ada"))
    for number in range(4):
        flows.register(f"eve{number}", ADDRESS)
    limited(mails_per_account="3/3600")
    names = ["eve0", "eve1", "eve2", "eve3", "ada", ADDRESS]
    assert [flows.forgot(name).status for name in names] == [202] * 6
    assert mails_to(flows, "password_forgotten") == 3
    # The name that is typed is limited like an unknown one.
    for name in (ADDRESS, "nobody@example.com"):
        assert [flows.forgot(name).status for _ in range(3)][-1] in {202, 429}
        flows.forgot(name).problem(429, "TOO_MANY_REQUESTS")


def test_who_asks_for_confirmations_closes_no_way_of_the_owner(flows: Flows, limited: Callable[..., None]) -> None:
    eve = flows.register("eve")
    limited(mails_per_account="3/3600", confirmations_per_user_and_email="3/3600")
    asked = [flows.change(eve, "email", email=ADDRESS).status for _ in range(4)]
    assert asked == [202, 202, 202, 429]
    flows.confirmed(flows.register("ada"))
    for _ in range(3):
        assert flows.forgot(ADDRESS).status == 202
    assert mails_to(flows, "password_forgotten") == 3


def test_a_user_has_mails_sent_to_ten_addresses_a_day(flows: Flows, limited: Callable[..., None]) -> None:
    eve = flows.register("eve")
    limited(email_changes_per_user="10/86400")
    asked = [flows.change(eve, "email", email=f"stranger{number}@example.com") for number in range(11)]
    assert [answer.status for answer in asked] == [202] * 10 + [429]
    assert [answer.headers["x-ratelimit-remaining"] for answer in asked[:2]] == ["9", "8"]


def test_what_others_had_mailed_to_an_address_is_not_told(flows: Flows, limited: Callable[..., None]) -> None:
    eve = flows.register("eve")
    flows.register("ada")
    limited(confirmations_per_email="2/86400")
    answers = [flows.change(eve, "email", email=email) for email in ("nobody@example.com", ADDRESS, ADDRESS, ADDRESS)]
    assert {answer.status for answer in answers} == {202}
    told = [{name for name in each.headers if name.startswith("x-ratelimit")} for each in answers]
    limits = {each.headers["x-ratelimit-limit"] for each in answers}
    assert (told, limits) == (told[:1] * 4, {"100000"}), "of the user's own limit alone"
    assert mails_to(flows, "confirm_email") == 3, "one of Ada's registration, before the limit"


def test_one_network_uses_up_no_confirmations_of_a_newcomer(flows: Flows, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = STAGES["prod"].sign_in
    monkeypatch.setenv("CONFIRMATIONS_PER_EMAIL", str(figures.confirmations_per_email))
    monkeypatch.setenv("CONFIRMATIONS_PER_EMAIL_AND_ADDRESS", str(figures.confirmations_per_email_and_address))
    for number in range(figures.confirmations_per_email.times + 1):
        body = {"username": f"eve{number}", "email": ADDRESS, "password": PASSWORD}
        answer = call("register", "POST", "/auth/register", body=body, address=f"2001:db8::{number:x}")
        assert answer.status == 201
    sent = mails_to(flows, "confirm_email")
    ada = flows.register("ada")
    assert mails_to(flows, "confirm_email") == sent + 1
    flows.confirmed(ada)


def test_accounts_that_come_and_go_cause_no_more_mails(flows: Flows, limited: Callable[..., None]) -> None:
    limited(confirmations_per_email="3/86400")
    tokens = set()
    for number in range(6):
        eve = flows.register(f"eve{number}", ADDRESS)
        tokens |= {token for _, token in flows.mails("account.confirm_email")}
        assert erase(flows, eve).status == 204
    assert len(tokens) == 3


def test_the_erasure_of_a_claim_gives_no_new_guesses_at_the_owner_s_password(
    flows: Flows, limited: Callable[..., None]
) -> None:
    flows.confirmed(flows.register("ada"))
    eve = flows.register("eve", ADDRESS)
    limited(tries_per_account="3/86400")

    def guess(network: int) -> int:
        return flows.login(ADDRESS, "a guess", address=f"203.0.113.{network}").status

    assert [guess(network) for network in range(4)] == [401, 401, 401, 429]
    assert erase(flows, eve).status == 204
    assert guess(5) == 429


@pytest.mark.parametrize("what", ["username", "email", "key", "password"])
def test_a_right_password_does_not_count_whatever_becomes_of_the_request(
    flows: Flows, limited: Callable[..., None], what: str
) -> None:
    ada, _ = flows.register("ada"), flows.register("bert")
    limited(passwords_per_user="1/900", email_changes_per_user="1/86400")
    acts: dict[str, tuple[int, Callable[[], Answer]]] = {
        "username": (409, lambda: flows.change(ada, "username", username="bert")),
        "email": (429, lambda: flows.change(ada, "email", email=ADDRESS)),
        "key": (422, lambda: _key_of_the_past(ada)),
        "password": (422, lambda: _weak_password(flows, ada)),
    }
    status, act = acts[what]
    assert [act().status for _ in range(3)][1:] == [status] * 2
    assert flows.make_key(ada).status == 201


def _key_of_the_past(person: SignedIn) -> Answer:
    body = {"name": "bot", "scopes": ["picks:read"], "password": PASSWORD, "expires_at": "2020-01-01T00:00:00Z"}
    return call("create_api_key", "POST", "/api-keys", body=body, user=person.user, session=person.session)


def _weak_password(flows: Flows, person: SignedIn) -> Answer:
    body = {"current_password": PASSWORD, "new_password": "password123"}
    return flows.act(person, "change_password", "PUT", "/users/me/password", body)
