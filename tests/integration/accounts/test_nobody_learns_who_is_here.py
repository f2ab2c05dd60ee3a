"""Whether an account exists is told neither by an answer nor by what the request does until it answers.

The tests compare what is done, statement by statement, not how long it takes: that is the same on every machine.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from pickvs.accounts import passwords
from pickvs.accounts.password_changes import service
from pickvs.core import pacing
from tests.support.account_flows import NEW_PASSWORD, Flows, signed_in
from tests.support.accounts import PASSWORD, set_sign_in_limits
from tests.support.gateway import call

WHO = ["ada", "ada@example.com", "bert", "bert@example.com", "nobody", "nobody@example.com", "squatter"]
"""Confirmed and unconfirmed accounts, accounts that do not exist, and one whose address another has confirmed."""


@pytest.fixture(autouse=True)
def _people(flows: Flows) -> None:
    flows.confirmed(flows.register("ada"))
    flows.register("bert")
    flows.register("squatter", "ada@example.com")


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Record the statements that are sent, without their values."""
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def recorded(cursor: psycopg.Cursor, query: object, *arguments: object, **more: object) -> object:
        text = query.as_string(cursor) if hasattr(query, "as_string") else str(query)
        sent.append(" ".join(text.split())[:60])
        return execute(cursor, query, *arguments, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", recorded)
        yield sent


class Counting:
    """Counts the passwords that it checks."""

    def __init__(self) -> None:
        self.checked = 0
        self._hasher = passwords._HASHER

    def verify(self, stored: str, password: bytes) -> bool:
        self.checked += 1
        return self._hasher.verify(stored, password)

    def check_needs_rehash(self, stored: str) -> bool:
        return self._hasher.check_needs_rehash(stored)


def test_a_login_does_the_same_for_all(flows: Flows, monkeypatch: pytest.MonkeyPatch) -> None:
    done: dict[bool, list[object]] = {True: [], False: []}
    for name in WHO:
        counting = Counting()
        with monkeypatch.context() as patch, statements(monkeypatch) as sent:
            patch.setattr(passwords, "_HASHER", counting)
            answer = flows.login(name, "a guess")
        done["@" in name].append((answer, counting.checked, sent))
    for alike in done.values():
        assert alike == alike[:1] * len(alike)


def test_who_registers_with_an_address_gets_in_by_it_whoever_has_it(
    flows: Flows, monkeypatch: pytest.MonkeyPatch
) -> None:
    flows.register("another", "bert@example.com")
    done = []
    for number, email in enumerate(("ada@example.com", "bert@example.com", "nobody@example.com")):
        body = {"username": f"prober{number}", "email": email, "password": NEW_PASSWORD}
        assert call("register", "POST", "/auth/register", body=body).status == 201
        counting = Counting()
        with monkeypatch.context() as patch, statements(monkeypatch) as sent:
            patch.setattr(passwords, "_HASHER", counting)
            answer = flows.login(email, NEW_PASSWORD)
        assert signed_in(answer).name == f"prober{number}"
        done.append((counting.checked, sent))
    assert done == done[:1] * 3
    assert done[0][0] == 2, "an account that is the only one takes as long"
    for name in ("ada", "bert"):
        assert signed_in(flows.login(f"{name}@example.com")).name == name


def test_the_guesses_at_one_name_do_not_tell_which_address_goes_with_it(
    flows: Flows, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_sign_in_limits(monkeypatch, tries_per_account="2/900", tries_per_account_and_address="2/900")
    assert [flows.login("bert", "a guess").status for _ in range(3)] == [401, 401, 429]
    assert flows.login("bert@example.com", "a guess").status == 401


def test_a_registration_does_the_same_for_a_taken_address_and_a_free_one(
    flows: Flows, monkeypatch: pytest.MonkeyPatch, woken: list[str]
) -> None:
    found = []
    for number, email in enumerate(("ada@example.com", "bert@example.com", "new@example.com")):
        woken.clear()
        body = {"username": f"new{number}", "email": email, "password": PASSWORD}
        with statements(monkeypatch) as sent:
            answer = call("register", "POST", "/auth/register", body=body)
        found.append((answer.status, sorted(answer.body), sent, list(woken)))
    assert found == found[:1] * 3


def test_nobody_learns_by_the_time_of_a_request_that_others_had_mails_sent_to_an_address(
    flows: Flows, monkeypatch: pytest.MonkeyPatch, woken: list[str]
) -> None:
    eve = flows.register("eve")
    set_sign_in_limits(monkeypatch, confirmations_per_email="1/86400")
    for number in range(2):
        for ask in (
            lambda number=number: flows.register(f"new{number}", "registers@example.com"),
            lambda: flows.change(eve, "email", email="changes@example.com"),
        ):
            woken.clear()
            ask()
            assert woken == ["arn of deliver_notices"]
    addresses = [address for address, _ in flows.mails("account.confirm_email")]
    assert [addresses.count(f"{who}@example.com") for who in ("registers", "changes")] == [1, 1]


def test_a_forgotten_password_gets_one_answer_after_one_time(
    flows: Flows, monkeypatch: pytest.MonkeyPatch, woken: list[str]
) -> None:
    slept = []
    now = 100.0

    def work(seconds: float) -> float:
        nonlocal now
        now += seconds
        return now

    monkeypatch.setattr(pacing.time, "monotonic", lambda: work(0.0007))
    monkeypatch.setattr(pacing.time, "sleep", lambda seconds: slept.append(now + seconds))
    answers = []
    begun = []
    for name in WHO:
        woken.clear()
        begun.append(now)
        answers.append(flows.forgot(name))
        assert woken == ["arn of deliver_notices"]
        assert len(slept) == len(begun), name
    assert all((answer.status, answer.body) == (202, answers[0].body) for answer in answers)
    assert {round((end - start) % service.FORGOTTEN_SECONDS, 1) for start, end in zip(begun, slept, strict=True)} == {0}
    mailed = {address for address, _ in flows.mails("account.password_forgotten")}
    assert mailed == {"ada@example.com", "bert@example.com"}
