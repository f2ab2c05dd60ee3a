"""One-time tokens against races with themselves, and against forgery."""

import secrets
from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest

from pickvs.accounts.emails import service as emails
from pickvs.accounts.emails.requests import Confirmation
from pickvs.accounts.password_changes import service as password_changes
from pickvs.accounts.password_changes.requests import PasswordReset
from pickvs.core import clock
from tests.support.account_flows import NEW_PASSWORD, Flows, SignedIn
from tests.support.rivals import all_at_once
from tests.support.snapshot import rows

PROCESSES = 4


def confirm(user_id: int, session: str, token: str) -> bool:
    emails.confirm_email(user_id, UUID(session), Confirmation(token=token))
    return True


def reset(token: str) -> object:
    return password_changes.reset_password(PasswordReset(token=token, password=NEW_PASSWORD), "192.0.2.1")


def confirmations(flows: Flows, ada: SignedIn) -> Callable[[], object]:
    return partial(confirm, ada.id, ada.session, flows.token("confirm_email", "ada@example.com"))


def resets(flows: Flows, _: SignedIn) -> Callable[[], object]:
    flows.forgot("ada")
    return partial(reset, flows.token("password_forgotten", "ada@example.com"))


@pytest.mark.parametrize("prepare", [confirmations, resets])
def test_of_many_uses_at_once_one_succeeds(
    flows: Flows, prepare: Callable[[Flows, SignedIn], Callable[[], object]]
) -> None:
    work = prepare(flows, flows.register("ada"))
    outcomes = all_at_once(flows.url, [work] * 5 * PROCESSES, at=clock.now(), processes=PROCESSES)
    assert sorted(outcomes) == ["INVALID_TOKEN"] * (5 * PROCESSES - 1) + ["made"]
    assert flows.owner("ada@example.com") == "ada"


def test_of_many_accounts_that_confirm_an_address_at_once_one_has_it(flows: Flows) -> None:
    people = [flows.register(f"user{number}", "ada@example.com") for number in range(2 * PROCESSES)]
    mailed = [str(token) for _, token in flows.mails("account.confirm_email")]
    works = [partial(confirm, each.id, each.session, token) for each, token in zip(people, mailed, strict=True)]
    outcomes = all_at_once(flows.url, works, at=clock.now(), processes=PROCESSES)
    assert sorted(outcomes) == ["EMAIL_TAKEN"] * (len(people) - 1) + ["made"]
    assert flows.owner("ada@example.com") == people[outcomes.index("made")].name


def test_forty_forged_tokens_open_nothing_and_use_up_nothing(flows: Flows) -> None:
    ada = flows.register("ada")
    flows.forgot("ada")
    real = {kind: flows.token(kind, "ada@example.com") for kind in ("confirm_email", "password_forgotten")}
    forged = [secrets.token_urlsafe(32) for _ in range(20)]
    for token in real.values():
        flipped = [
            token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in range(0, 42, 6)
        ]
        forged += [*flipped, token[:-1], token + "=", token.swapcase()]
    assert len(set(forged)) == 40
    before = rows(flows.url, "SELECT * FROM account_tokens")
    for token in forged:
        flows.confirm(ada, token).problem(403, "INVALID_TOKEN")
        flows.reset(token).problem(403, "INVALID_TOKEN")
    assert rows(flows.url, "SELECT * FROM account_tokens") == before
    assert flows.confirm(ada, real["confirm_email"]).status == 204
    assert flows.reset(real["password_forgotten"]).status == 200
