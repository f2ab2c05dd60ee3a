"""Users with data in every table. Each user's values differ from all other users' values."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from pickvs.accounts import passwords
from pickvs.accounts.limits import service as limits
from pickvs.accounts.limits.config import Rate
from pickvs.core import clock
from pickvs.groups import service as groups
from pickvs.groups.requests import WantedGroup
from tests.support.administration import act, add_alias, merge, team_id, unmerge
from tests.support.contest import TIP_OFF, Contest
from tests.support.dfs_rows import fill_dfs
from tests.support.gateway import Answer, call
from tests.support.league_rows import fill_league
from tests.support.ledger import SETTLED_AT, settle_now

NOW = SETTLED_AT + timedelta(days=1)
ONE_TIME = ("confirm_email", "reset_password")
_NAMES = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


@dataclass(frozen=True)
class Person:
    """A user, and the personal data that identifies them."""

    id: int
    name: str
    password: str
    password_hash: str

    @property
    def email(self) -> str:
        return f"{self.name}@mail.example"

    @property
    def session(self) -> UUID:
        return uuid5(_NAMES, self.name)

    def digest(self, what: str) -> bytes:
        return hashlib.sha256(f"{what} of {self.name}".encode()).digest()

    def traces(self) -> list[str]:
        """Return all stored personal data of the user, in the database's text form."""
        names = ("first token", "second token", "key", "submission", "links", *ONE_TIME)
        digests = [self.digest(what) for what in names]
        changes = hashlib.sha256(f"email:user:{self.id}".encode()).digest()
        joining = hashlib.sha256(f"join-group:user:{self.id}".encode()).digest()
        return [
            self.name,
            self.email,
            self.password_hash,
            str(self.session),
            f"pvk_{self.name:_<8}",
            f"the group of {self.name}",
            f"the team of {self.name}",
            f"the league of {self.name}",
            f"the slate of {self.name}",
            f"whsec_{self.digest('webhook').hex()}",
            self.digest("mail token").hex(),
            *(digest.hex() for digest in (*digests, changes, joining)),
        ]


def enter(contest: Contest, name: str, *, role: str = "user") -> Person:
    """Store an account with a password, two tokens of one session, an API key, a group and a wish for mail."""
    password = f"the password of {name}"
    password_hash = passwords.make_hash(password)
    rows = contest.connection.execute(
        "INSERT INTO users (username, email, password_hash, role, created_at, email_confirmed_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
        (name, f"{name}@mail.example", password_hash, role, TIP_OFF - timedelta(days=90), TIP_OFF - timedelta(days=89)),
    ).fetchall()
    person = Person(int(rows[0]["id"]), name, password, password_hash)
    for token, used in (("first token", True), ("second token", False)):
        contest.connection.execute(
            "INSERT INTO refresh_tokens VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                person.digest(token), person.id, person.session, NOW, NOW + timedelta(days=30),
                NOW + timedelta(minutes=1) if used else None, None if used else NOW + timedelta(minutes=2),
                NOW + timedelta(minutes=3) if used else None, NOW - timedelta(days=1), f"the device of {name}",
            ),
        )  # fmt: skip
    contest.connection.execute(
        "INSERT INTO former_usernames VALUES (%s, %s, %s)", (f"former-{name}", person.id, NOW - timedelta(days=2))
    )
    for purpose in ONE_TIME:
        contest.connection.execute(
            "INSERT INTO account_tokens VALUES (%s, %s, %s, %s, %s, %s)",
            (person.id, purpose, person.digest(purpose), person.email, NOW, NOW + timedelta(hours=1)),
        )
    contest.connection.execute(
        """
        INSERT INTO api_keys (user_id, name, prefix, key_hash, scopes, created_at, last_used_at, expires_at, revoked_at)
        VALUES (%s, %s, %s, %s, '{picks:read}', %s, %s, %s, %s)
        """,
        (
            person.id, f"the bot of {name}", f"pvk_{name:_<8}", person.digest("key"), NOW, NOW + timedelta(hours=1),
            NOW + timedelta(days=9), NOW + timedelta(hours=2),
        ),
    )  # fmt: skip
    contest.connection.execute(
        "INSERT INTO idempotency_keys VALUES (%s, %s, %s, %s, %s)",
        (person.id, f"{name}'s slip", person.digest("submission"), Jsonb({"said to": name, "stake": 1.5}), NOW),
    )
    _tell(contest, person)
    fill_league(contest.connection, NOW, user=person.id, name=name, email=person.email)
    fill_dfs(contest.connection, NOW, user=person.id, text=f"the slate of {name}")
    with clock.held_at(NOW):
        limits.admit_email_change(person.id, person.email)
        limits.admit_user("join-group", person.id, Rate(30, timedelta(hours=1)))
        groups.found_group(person.id, None, WantedGroup(name=f"the group of {name}"))
    return person


def _tell(contest: Contest, person: Person) -> None:
    """Store a webhook, a choice, and a notice that was read, with a mail that waits and a call that was answered."""
    secret = "whsec_" + person.digest("webhook").hex()
    for statement, values in (
        ("UPDATE users SET email_confirmed_at = created_at WHERE id = %s", (person.id,)),
        ("INSERT INTO notice_preferences VALUES (%s, 'pick.settled', 'email', true)", (person.id,)),
        ("INSERT INTO unsubscribe_keys VALUES (%s, %s)", (person.id, person.digest("links"))),
        ("INSERT INTO mail_suppressions VALUES (lower(%s), 'bounce', %s)", (person.email, NOW)),
        (
            "INSERT INTO webhooks (user_id, url, secret, created_at, held_until) VALUES (%s, %s, %s, %s, %s)",
            (person.id, f"https://{person.name}.example/", secret, NOW, NOW),
        ),
        (
            """
            INSERT INTO notices (user_id, kind, cause, data, in_feed, told_at, read_at)
            VALUES (%s, 'account.email_changed', %s, %s, true, %s, %s)
            """,
            (person.id, f"mail of {person.name}", Jsonb({"username": person.name}), NOW, NOW),
        ),
        (
            """
            INSERT INTO deliveries (notice_id, address, secret, queued_at, next_at)
            SELECT id, %s, %s, %s, %s FROM notices WHERE user_id = %s
            """,
            (person.email, person.digest("mail token").hex(), NOW, NOW, person.id),
        ),
        (
            """
            INSERT INTO deliveries (notice_id, webhook_id, state, attempts, queued_at, next_at, ended_at, last_status,
                                    last_error)
            SELECT notices.id, webhooks.id, 'failed', 9, %s, %s, %s, 500, 'the receiver answered 500'
            FROM notices JOIN webhooks USING (user_id) WHERE user_id = %s
            """,
            (NOW, NOW, NOW, person.id),
        ),
    ):
        contest.connection.execute(statement.encode(), values)


def play(contest: Contest, person: Person) -> list[int]:
    """Make picks for the person and settle them. One is regraded, one is void, one is pending.

    The regraded one closes at another line, the void one at its own.
    """
    games, stake, close = [contest.game() for _ in range(3)], Decimal("2.5"), TIP_OFF - timedelta(minutes=20)
    spread = contest.quote(games[0], "spread", "home", Decimal("-2.5"), -115, superseded_at=close)
    contest.quote(games[0], "spread", "home", Decimal("-3.5"), -105, made_at=close)
    winner = contest.quote(games[1], "moneyline", "away", None, -115, captured_at=close)
    total = contest.quote(games[2], "total", "over", Decimal(200), -115)
    picks = [
        contest.pick(person.id, spread, stake),
        contest.pick(person.id, winner, stake, draw_offered=False),
        contest.pick(person.id, total, stake),
    ]
    contest.final(games[0], 100, 90)
    contest.void(games[1])
    settle_now()
    contest.final(games[0], 90, 100)
    settle_now()
    return picks


def administer(contest: Contest, *administrators: Person) -> None:
    """Let each administrator in turn, and then the first again, correct the score that the one before has set.

    Each also adds an alias to a team, and merges two games. The first takes the merge back.

    The operator has granted them the role.
    """
    contest.connection.cursor().executemany(
        """
        INSERT INTO audit_log (at, action, subject_id, reason, before, after)
        VALUES (%s, 'grant_role', %s, 'needs hands', '{"role": "user"}', '{"role": "admin"}')
        """,
        [(NOW, person.id) for person in administrators],
    )
    game = contest.game()
    for points, person in enumerate([*administrators, administrators[0]], 70):
        answer = act(person.id, "result", game, (points, 80), at=NOW)
        assert answer.status == 200, answer.body
        named = add_alias(person.id, team_id(contest, "Boston Celtics"), f"Shamrocks {points}", at=NOW)
        assert named.status == 201, named.body
    absorbed = [contest.game() for _ in administrators]
    for person, other in zip(administrators, absorbed, strict=True):
        merged = merge(person.id, other, game, sides="same", at=NOW)
        assert merged.status == 200, merged.body
    separated = unmerge(administrators[0].id, absorbed[0], at=NOW)
    assert separated.status == 200, separated.body


def ask_export(person: Person, **query: str) -> Answer:
    with clock.held_at(NOW):
        return call("export_me", "GET", "/users/me/export", user=(person.id, person.name), query=query or None)


def ask_csv(person: Person, **query: str) -> Answer:
    with clock.held_at(NOW):
        return call("export_my_picks_csv", "GET", "/users/me/picks.csv", user=(person.id, person.name), query=query)


def exported(person: Person, **query: str) -> list[dict[str, Any]]:
    """Return all pages of the person's export."""
    pages: list[dict[str, Any]] = []
    while not pages or pages[-1]["next_cursor"] is not None:
        after = {"cursor": pages[-1]["next_cursor"]} if pages else {}
        answer = ask_export(person, **query, **after)
        assert answer.status == 200, answer.body
        pages.append(answer.body)
    return pages


def delete(person: Person, password: str | None = None, at: datetime = NOW) -> Answer:
    body = {"password": person.password if password is None else password}
    with clock.held_at(at):
        return call("delete_me", "DELETE", "/users/me", user=(person.id, person.name), body=body)


def columns(url: str) -> Iterator[tuple[str, str]]:
    """Yield the table and the name of every column in the database."""
    with psycopg.connect(url) as connection:
        yield from connection.execute(
            """
            SELECT table_name, column_name
            FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'alembic_version'
              AND NOT (SELECT relispartition FROM pg_class WHERE oid = format('%I', table_name)::regclass)
            ORDER BY 1, ordinal_position
            """
        ).fetchall()


def values(url: str, table: str, column: str) -> list[Any]:
    """Return all values of a column that are not null."""
    query = sql.SQL("SELECT {column} AS value FROM {table} WHERE {column} IS NOT NULL").format(
        table=sql.Identifier(table), column=sql.Identifier(column)
    )
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return [row["value"] for row in connection.execute(query)]


def texts(url: str, table: str, column: str) -> list[str]:
    """Return all values of a column in the database's text form."""
    query = sql.SQL("SELECT {column}::text AS value FROM {table} WHERE {column} IS NOT NULL").format(
        table=sql.Identifier(table), column=sql.Identifier(column)
    )
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return [row["value"] for row in connection.execute(query)]
