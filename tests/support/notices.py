"""Notices under test: a script of what SES and receivers do, and what became of deliveries."""

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, Literal

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.core import clock, mail, outgoing_http
from pickvs.core.database import transaction
from pickvs.core.mail import Mail, Sender
from pickvs.notices import service
from pickvs.notices.delivery import queries
from pickvs.notices.delivery.service import deliver
from pickvs.notices.webhooks.rules import write_secret
from tests.support.alarms import Alarms, watch_alarms
from tests.support.contest import TIP_OFF, Contest

SENDER = "PickVs <notices@pickvs.example>"
URL = "https://receiver.example/hook"
SECRET = write_secret(bytes(range(32)))


@dataclass(frozen=True)
class Call:
    """A request to a webhook."""

    url: str
    headers: dict[str, str]
    body: bytes
    status: int = 0
    """What the receiver answered."""


@dataclass
class World:
    """Stands for SES and all receivers, and remembers what reached them. Both may be called by several threads."""

    owner: psycopg.Connection[dict[str, Any]]
    alarms: Alarms
    mails: list[Mail] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    on_mail: Callable[[Mail], None] = lambda _: None
    """Raises what SES answers with. Called before the mail is taken."""
    on_call: Callable[[Call], int] = lambda _: 204
    """Returns the receiver's status, or raises. A status means that it has the call."""
    _lock: Any = field(default_factory=threading.Lock)

    def send(self, sent: Mail, sender: Sender) -> None:
        assert sender == Sender(address=SENDER, configuration_set="pickvs-test")
        self.on_mail(sent)
        with self._lock:
            self.mails.append(sent)

    def post(self, url: str, headers: dict[str, str], body: bytes, *, seconds: float, public_only: bool) -> int:
        assert public_only
        assert seconds <= 10
        status = self.on_call(Call(url, headers, body))
        with self._lock:
            self.calls.append(Call(url, headers, body, status))
        return status

    def deliver(self, at: datetime, *, seconds: float = 60) -> dict[str, int]:
        with clock.held_at(at):
            return deliver(seconds=seconds)

    def tell(
        self, user: int, kind: str, cause: str, *, at: datetime, data: dict[str, Any] | None = None, **more: Any
    ) -> None:
        with clock.held_at(at), transaction() as connection:
            service.tell(connection, user, kind, cause, data or {}, at=at, **more)

    def webhook(self, user: int, url: str = URL) -> int:
        return self._id(
            "INSERT INTO webhooks (user_id, url, secret, created_at) VALUES (%s, %s, %s, '2024-01-01Z') RETURNING id",
            (user, url, SECRET),
        )

    def confirm(self, user: int) -> None:
        self.owner.execute("UPDATE users SET email_confirmed_at = created_at WHERE id = %s", (user,))

    def choose(self, user: int, kind: str, channel: str, *, on: bool) -> None:
        self.owner.execute("INSERT INTO notice_preferences VALUES (%s, %s, %s, %s)", (user, kind, channel, on))

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        return self.owner.execute(query, values).fetchall()

    def deliveries(self) -> list[dict[str, Any]]:
        return self.rows("SELECT * FROM deliveries ORDER BY id")

    def states(self) -> Counter[str]:
        return Counter(each["state"] for each in self.deliveries())

    def _id(self, statement: str, values: tuple[object, ...]) -> int:
        return int(self.owner.execute(statement, values).fetchall()[0]["id"])


class KilledError(BaseException):
    """The process ends here."""


type Step = Literal["before the lease", "before sending", "after sending", "before the commit"]
"""Where a process that delivers may end."""

STEPS: tuple[Step, ...] = ("before the lease", "before sending", "after sending", "before the commit")


def kill_at_random(
    monkeypatch: pytest.MonkeyPatch, outside: World, dice: Random, *steps: Step, chance: float = 0.1
) -> Counter[Step]:
    """End the process with KilledError at some of these steps. Returns how often that was done, by step.

    Of the world, the answers that are scripted now are those of SES and the receivers.
    """
    kills = Counter[Step]()

    def here(step: Step) -> None:
        if step in steps and dice.random() < chance:
            kills[step] += 1
            raise KilledError

    def before[**Given, Result](step: Step, act: Callable[Given, Result]) -> Callable[Given, Result]:
        def acts(*given: Given.args, **named: Given.kwargs) -> Result:
            here(step)
            return act(*given, **named)

        return acts

    end = queries.end

    def ends(*given: Any) -> None:
        end(*given)
        here("before the commit")

    monkeypatch.setattr(queries, "begin_mails", before("before the lease", queries.begin_mails))
    monkeypatch.setattr(queries, "begin_calls", before("before the lease", queries.begin_calls))
    monkeypatch.setattr(queries, "end", before("after sending", ends))
    outside.on_mail = before("before sending", outside.on_mail)
    outside.on_call = before("before sending", outside.on_call)
    return kills


@contextmanager
def world(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Run the delivery of notices against `url`, with SES and the receivers played by the returned world."""
    alarms = watch_alarms(monkeypatch, "deliver_notices")
    for name, value in {
        "MAIL_SENDER": SENDER,
        "MAIL_CONFIGURATION_SET": "pickvs-test",
        "WEBHOOK_TARGETS": "public",
        "API_BASE_URL": "https://api.pickvs.example/api",
    }.items():
        monkeypatch.setenv(name, value)
    with psycopg.connect(url, row_factory=dict_row, autocommit=True) as owner:
        made = World(owner, alarms)
        monkeypatch.setattr(mail, "send", made.send)
        monkeypatch.setattr(outgoing_http, "post", made.post)
        yield made


def unsubscribe_token(sent: Mail) -> str:
    """Return the token in a mail's unsubscribe link."""
    found = re.fullmatch(
        r"<https://api\.pickvs\.example/api/notices/unsubscribe\?token=([\w.-]+)>", sent.headers["List-Unsubscribe"]
    )
    assert found is not None
    return found[1]


def erase(contest: Contest, user: int) -> None:
    """Erase the account, and nothing else of the user."""
    contest.connection.execute(
        "UPDATE users SET username = %s, email = NULL, email_confirmed_at = NULL, password_hash = NULL, erased_at = %s "
        "WHERE id = %s",
        (f"deleted-{user:016x}", TIP_OFF, user),
    )


def notices_of(contest: Contest, user: int) -> list[dict[str, Any]]:
    return contest.connection.execute("SELECT * FROM notices WHERE user_id = %s ORDER BY id", (user,)).fetchall()
