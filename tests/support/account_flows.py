"""Account flows through the deployed files: registers people, reads their mail, and sends their tokens back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from pickvs.accounts import tokens
from tests.support.accounts import PASSWORD, SIGNING_KEYS
from tests.support.gateway import Answer, call
from tests.support.snapshot import rows

NEW_PASSWORD = "seven green kettles"


@dataclass(frozen=True)
class SignedIn:
    """A person with a session."""

    id: int
    name: str
    session: str
    refresh_token: str

    @property
    def user(self) -> tuple[int, str]:
        return self.id, self.name


def signed_in(answer: Answer) -> SignedIn:
    """Return who a pair of tokens belongs to."""
    assert answer.status in {200, 201}, answer.body
    subject = tokens.verify(answer.body["token"], SIGNING_KEYS).subject
    assert isinstance(subject.session, UUID)
    return SignedIn(subject.user_id, subject.username, str(subject.session), answer.body["refresh_token"])


@dataclass(frozen=True)
class Flows:
    """The account endpoints, over the database at `url`."""

    url: str

    def register(self, name: str, email: str | None = None) -> SignedIn:
        body = {"username": name, "email": email or f"{name}@example.com", "password": PASSWORD}
        return signed_in(call("register", "POST", "/auth/register", body=body))

    def login(self, name: str, password: str = PASSWORD, **request: Any) -> Answer:
        return call("login", "POST", "/auth/login", body={"login": name, "password": password}, **request)

    def refresh(self, person: SignedIn) -> Answer:
        return call("refresh", "POST", "/auth/refresh", body={"refresh_token": person.refresh_token})

    def confirm(self, person: SignedIn, token: str) -> Answer:
        return self.act(person, "confirm_email", "POST", "/auth/confirm-email", {"token": token})

    def forgot(self, login: str, **request: Any) -> Answer:
        return call("forgot_password", "POST", "/auth/password/forgotten", body={"login": login}, **request)

    def reset(self, token: str, password: str = NEW_PASSWORD, **request: Any) -> Answer:
        body = {"token": token, "password": password}
        return call("reset_password", "POST", "/auth/password/reset", body=body, **request)

    def act(self, person: SignedIn, operation: str, method: str, path: str, body: Any = None) -> Answer:
        """Send a request with the person's access token."""
        return call(operation, method, path, body=body, user=person.user, session=person.session)

    def change(self, person: SignedIn, what: str, password: str = PASSWORD, **wanted: str) -> Answer:
        """Change the person's `email` or `username`."""
        return self.act(person, f"change_{what}", "PUT", f"/users/me/{what}", {**wanted, "password": password})

    def make_key(self, person: SignedIn, password: str = PASSWORD) -> Answer:
        body = {"name": "bot", "scopes": ["picks:read", "picks:write"], "password": password}
        return self.act(person, "create_api_key", "POST", "/api-keys", body)

    def mails(self, kind: str | None = None) -> list[tuple[str | None, str | None]]:
        """Return address and token of each queued mail, in the order in which they were queued."""
        query = (
            "SELECT notice.kind, mail.address, mail.secret FROM deliveries mail JOIN notices notice"
            " ON notice.id = notice_id ORDER BY mail.id"
        )
        found = rows(self.url, query)
        return [(row["address"], row["secret"]) for row in found if kind in (None, row["kind"])]

    def token(self, kind: str, to: str) -> str:
        """Return the token of the last mail of this kind to this address."""
        token = [secret for address, secret in self.mails(f"account.{kind}") if address == to][-1]
        assert token is not None
        return token

    def confirmed(self, person: SignedIn, email: str | None = None) -> SignedIn:
        """Confirm the person's address by its mail."""
        answer = self.confirm(person, self.token("confirm_email", email or f"{person.name}@example.com"))
        assert answer.status == 204, answer.body
        return person

    def owner(self, email: str) -> str | None:
        """Return the name of the account that has confirmed this address."""
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            row = connection.execute(
                "SELECT username FROM users WHERE lower(email) = lower(%s) AND email_confirmed_at IS NOT NULL", (email,)
            ).fetchone()
        return row["username"] if row else None

    def kinds(self, person: SignedIn) -> list[str]:
        """Return the kinds of what the person was told, in order."""
        with psycopg.connect(self.url) as connection:
            found = connection.execute("SELECT kind FROM notices WHERE user_id = %s ORDER BY id", (person.id,))
            return [str(kind).removeprefix("account.") for (kind,) in found.fetchall()]
