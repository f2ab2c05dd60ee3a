"""Whose an e-mail address is: confirmed by its mail, changed by its mail, kept from its owner by nobody."""

from datetime import timedelta

import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.notices.preferences.service import suppress
from pickvs.notices.pruning import delete_old
from pickvs.notices.rules import SuppressionReason
from tests.support.account_flows import NEW_PASSWORD, Flows, signed_in
from tests.support.accounts import PASSWORD
from tests.support.snapshot import everything, rows

ADDRESS = "ada@example.com"


def test_a_newcomer_is_mailed_a_token_that_confirms_the_address_once(flows: Flows, woken: list[str]) -> None:
    ada = flows.register("ada")
    [(address, token)] = flows.mails()
    assert (address, flows.owner(ADDRESS)) == (ADDRESS, None)
    assert woken == ["arn of deliver_notices"]
    assert token
    assert flows.confirm(ada, token).status == 204
    assert flows.owner(ADDRESS) == "ada"
    flows.confirm(ada, token).problem(403, "INVALID_TOKEN")
    assert rows(flows.url, "SELECT * FROM account_tokens") == []


def test_a_token_is_worthless_to_others_after_its_time_and_for_another_purpose(flows: Flows) -> None:
    ada, eve = flows.register("ada"), flows.register("eve")
    token = flows.token("confirm_email", ADDRESS)
    flows.confirm(eve, token).problem(403, "INVALID_TOKEN")
    flows.reset(token).problem(403, "INVALID_TOKEN")
    with clock.held_at(clock.now() + timedelta(hours=24, seconds=1)):
        flows.confirm(ada, token).problem(403, "INVALID_TOKEN")
    assert flows.confirm(ada, token).status == 204


def test_a_newer_token_ends_the_one_before(flows: Flows) -> None:
    ada = flows.register("ada")
    first = flows.token("confirm_email", ADDRESS)
    assert flows.change(ada, "email", email=ADDRESS).status == 202
    flows.confirm(ada, first).problem(403, "INVALID_TOKEN")
    flows.confirmed(ada)


def test_only_a_hash_of_a_token_is_stored_with_the_account(flows: Flows) -> None:
    flows.register("ada")
    [row] = rows(flows.url, "SELECT * FROM account_tokens")
    assert flows.token("confirm_email", ADDRESS) not in str(row)


@pytest.mark.parametrize("token", ["", "a", "x" * 512, "' OR 1=1 --", "\0"])
def test_a_malformed_token_is_an_unknown_one(flows: Flows, token: str) -> None:
    flows.confirm(flows.register("ada"), token).problem(403, "INVALID_TOKEN")
    flows.reset(token).problem(403, "INVALID_TOKEN")


def test_a_squatter_who_came_first_neither_keeps_the_owner_out_nor_gets_the_owner_s_mail(flows: Flows) -> None:
    squatter = flows.register("squatter", ADDRESS)
    ada = flows.register("ada", ADDRESS)
    assert flows.login("ada").status == 200
    flows.confirmed(ada)
    assert flows.login(ADDRESS).body["token"]
    flows.confirm(squatter, flows.token("confirm_email", ADDRESS)).problem(403, "INVALID_TOKEN")
    # The squatter keeps the account, without the address.
    assert flows.change(squatter, "email", email=ADDRESS).status == 202
    flows.confirm(squatter, flows.token("confirm_email", ADDRESS)).problem(409, "EMAIL_TAKEN")
    assert flows.change(squatter, "email", email="squatter@example.com").status == 202
    flows.confirmed(squatter)
    assert (flows.owner(ADDRESS), flows.owner("squatter@example.com")) == ("ada", "squatter")


def test_later_squatters_take_no_login_from_an_owner_who_has_not_confirmed(flows: Flows) -> None:
    ada = flows.register("ada", ADDRESS)
    for number in range(6):
        flows.register(f"squatter{number}", ADDRESS.upper())
    assert flows.login(ADDRESS).status == 200
    flows.forgot(ADDRESS)
    [(_, token), (_, of_the_newest)] = flows.mails("account.password_forgotten")
    assert flows.reset(str(token)).status == 200
    assert flows.owner(ADDRESS) == ada.name
    assert signed_in(flows.login(ADDRESS, NEW_PASSWORD)).id == ada.id
    # Whoever reads the mail may open the squatter's account. The address stays Ada's.
    assert signed_in(flows.reset(str(of_the_newest), "eight red kettles")).name == "squatter5"
    assert flows.owner(ADDRESS) == ada.name


def test_an_owner_who_follows_the_mail_of_a_squatter_blesses_nothing(flows: Flows) -> None:
    flows.register("squatter", ADDRESS)
    token = flows.token("confirm_email", ADDRESS)
    ada = flows.register("ada", ADDRESS)
    flows.confirm(ada, token).problem(403, "INVALID_TOKEN")
    assert flows.owner(ADDRESS) is None


def test_a_change_is_in_force_when_it_is_confirmed_and_both_addresses_are_told(flows: Flows) -> None:
    ada = flows.confirmed(flows.register("ada"))
    assert flows.change(ada, "email", email="lovelace@example.com").status == 202
    assert (flows.owner(ADDRESS), flows.mails("account.email_changed")) == ("ada", [])
    flows.confirmed(ada, "lovelace@example.com")
    assert (flows.owner(ADDRESS), flows.owner("lovelace@example.com")) == (None, "ada")
    assert flows.mails("account.email_changed") == [(ADDRESS, None), ("lovelace@example.com", None)]
    assert flows.login("lovelace@example.com").status == 200
    flows.login(ADDRESS).problem(401, "INVALID_CREDENTIALS")
    flows.register("eve", ADDRESS)  # free again
    assert flows.login(ADDRESS).status == 200


def test_an_address_that_was_never_confirmed_is_told_nothing_of_the_change(flows: Flows) -> None:
    ada = flows.register("ada", "strangers@example.com")
    flows.change(ada, "email", email=ADDRESS)
    flows.confirmed(ada)
    assert flows.mails("account.email_changed") == [(ADDRESS, None)]


def test_a_change_ends_a_token_for_the_password_that_went_to_the_old_address(flows: Flows) -> None:
    ada = flows.confirmed(flows.register("ada"))
    flows.forgot("ada")
    token = flows.token("password_forgotten", ADDRESS)
    flows.change(ada, "email", email="lovelace@example.com")
    flows.confirmed(ada, "lovelace@example.com")
    flows.reset(token).problem(403, "INVALID_TOKEN")


def test_a_change_takes_the_password_and_a_living_session(flows: Flows) -> None:
    ada = flows.register("ada")
    wanted = {"email": "lovelace@example.com"}
    flows.change(ada, "email", "a guess", **wanted).problem(403, "WRONG_PASSWORD")
    token = flows.token("confirm_email", ADDRESS)
    assert flows.act(ada, "logout", "POST", "/auth/logout").status == 204
    flows.change(ada, "email", **wanted).problem(401, "UNAUTHENTICATED")
    flows.confirm(ada, token).problem(401, "UNAUTHENTICATED")
    assert flows.owner(ADDRESS) is None


def test_both_addresses_are_told_by_one_notice(flows: Flows) -> None:
    ada = flows.confirmed(flows.register("ada"))
    flows.change(ada, "email", email="lovelace@example.com")
    flows.confirmed(ada, "lovelace@example.com")
    assert flows.kinds(ada).count("email_changed") == 1


@pytest.mark.parametrize("reason", ["bounce", "complaint"])
def test_an_address_that_was_given_up_leaves_no_trace(flows: Flows, reason: SuppressionReason) -> None:
    ada = flows.confirmed(flows.register("ada"))
    with transaction() as connection:
        assert suppress(connection, ADDRESS, reason, clock.now())
    assert flows.change(ada, "email", email="lovelace@example.com").status == 202
    flows.confirmed(ada, "lovelace@example.com")
    assert flows.act(ada, "delete_me", "DELETE", "/users/me", {"password": PASSWORD}).status == 204
    assert [table for table, found in everything(flows.url).items() if ADDRESS in str(found)] == []


def test_what_was_reported_of_an_address_that_nobody_uses_is_kept_for_a_while(flows: Flows) -> None:
    """So that whoever claims it again does not bother its owner again."""
    eve, bob = flows.register("eve", ADDRESS.upper()), flows.register("bob", "BOB@example.com")
    at = clock.now()
    with transaction() as connection:
        for address in (ADDRESS, "bob@example.com"):
            assert suppress(connection, address, "complaint", at)
    assert flows.act(eve, "delete_me", "DELETE", "/users/me", {"password": PASSWORD}).status == 204
    for after, left in ((29, {ADDRESS, "bob@example.com"}), (31, {"bob@example.com"})):
        with transaction() as connection:
            delete_old(connection, at + timedelta(days=after), 1_000)
        assert {row["address"] for row in rows(flows.url, "SELECT address FROM mail_suppressions")} == left
    assert flows.change(bob, "email", email=ADDRESS).status == 202
