"""Shows users everything that is stored about them, and erases it at their word."""

import secrets
from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from pickvs.accounts import passwords
from pickvs.accounts.limits import service as limits
from pickvs.accounts.presence import account_is_gone
from pickvs.administration.audit.queries import Entry
from pickvs.administration.audit.service import write_entry
from pickvs.administration.results.rules import source_of
from pickvs.core import clock
from pickvs.core.csv_text import write_csv
from pickvs.core.database import Connection, Row, transaction
from pickvs.core.errors import Forbidden
from pickvs.core.logging import logger
from pickvs.core.paging import invalid_cursor, read_cursor, write_cursor
from pickvs.picks.queries import PickRow
from pickvs.picks.reading import shown
from pickvs.privacy import queries
from pickvs.privacy.queries import FIRST, Part, Position
from pickvs.privacy.rules import LEFT_OUT, pseudonym, without_others
from pickvs.privacy.schemas import (
    Account,
    ApiKeyRecord,
    AuditRecord,
    Export,
    LedgerEntry,
    PickRecord,
    RememberedAnswer,
    Session,
    StandingRecord,
)

if TYPE_CHECKING:
    from pickvs.privacy.requests import Erasure

PARTS: tuple[Part, ...] = ("sessions", "api_keys", "idempotency_keys", "picks", "standings", "audit_log")
"""The order in which an export gives its parts."""

_COLUMNS = (
    "id", "game_id", "home_team", "away_team", "commence_time", "game_status", "home_score", "away_score", "market",
    "selection", "quote_id", "line", "price", "stake_units", "placed_at", "result", "result_units", "graded_at",
    "closing_line", "closing_price", "clv_percent",
)  # fmt: skip


def export(user_id: int, *, parts: tuple[Part, ...] = PARTS, limit: int, cursor: str | None) -> Export:
    """Return a page of everything that is stored about the user: the account, and `limit` rows of its parts.

    The parts come one after the other, and a page may hold the end of one and the beginning of the next; rows that come
    or go in between push no other from its page. 100 rows are far less than the 6 MB that Lambda can answer: the
    largest, the answer to a submission of 50 picks, has some 30 kB. Raises Invalid for a cursor that is not of an
    export of these parts, and Unauthenticated for a user who is gone.
    """
    begun, after = _position(cursor, parts) if cursor is not None else (parts[0], FIRST)
    found: dict[Part, list[Row]] = {part: [] for part in PARTS}
    next_cursor = None
    with transaction(snapshot=True) as connection:
        account = queries.find_account(connection, user_id)
        if account is None:
            raise account_is_gone()
        room = limit
        for part in parts[parts.index(begun) :]:
            rows = queries.rows_of(connection, user_id, part, after=after, limit=room + 1)
            found[part] = rows[:room]
            if len(rows) > room:
                last = (rows[room - 1]["number"], rows[room - 1]["text"]) if room else after
                next_cursor = write_cursor(part, *last)
                break
            room, after = room - len(rows), FIRST
        picks = _picks(connection, found.pop("picks"))
    acts = _acts(user_id, found.pop("audit_log"))
    return Export(
        account=Account.of(account),
        left_out=dict(LEFT_OUT),
        sessions=[Session.of(row) for row in found["sessions"]],
        api_keys=[ApiKeyRecord.of(row) for row in found["api_keys"]],
        idempotency_keys=[RememberedAnswer.of(row) for row in found["idempotency_keys"]],
        picks=picks,
        standings=[StandingRecord.of(row) for row in found["standings"]],
        audit_log=acts,
        next_cursor=next_cursor,
    )


def picks_as_csv(page: Export) -> str:
    """Return the picks of a page as CSV: a header, then one row a pick with the result in force."""
    rows = []
    for pick in page.picks:
        game = pick.game
        own = asdict(pick) | asdict(game) | {"game_id": game.id, "game_status": game.status, "id": pick.id}
        rows.append([own[column] for column in _COLUMNS])
    return write_csv(_COLUMNS, rows)


def erase(user_id: int, request: "Erasure") -> None:
    """Erase what is personal in the user's account, at the word of who knows its password. It cannot be undone.

    Name, address, password, sessions, API keys and remembered answers are gone; the picks, what the ledger booked on
    them and what it made of the boards stay, under a pseudonym: a ranking from which somebody can take their losses
    would prove nothing. So stays what an administrator did and why, under the number of the account.

    The name and the address are free again, for anybody. Whoever takes the name takes no record with it: the picks that
    were made under it are the pseudonym's. An access token of the user lives on for up to 30 minutes, and the gateway
    may let in an API key for 5: good for reading the picks; nothing can be stored with them any more. Raises Forbidden
    WRONG_PASSWORD, TooManyRequests (RATE_LIMITED) for too many of those, and Unauthenticated for a user who is gone.
    """
    with transaction() as connection:
        login = queries.find_login(connection, user_id)
    if login is None:
        raise account_is_gone()
    limits.admit_password(login.email)
    # Hashing takes as long as everything else together: no transaction waits for it.
    if not passwords.verify(request.password, login.password_hash):
        raise Forbidden("WRONG_PASSWORD", "This is not the password of your account; nothing was erased.")
    with transaction() as connection:
        at = clock.now()
        role = queries.erase(connection, user_id, pseudonym(secrets.token_hex(8)), at)
        if role is None:
            raise account_is_gone()
        if role != "user":
            write_entry(connection, _role_given_up(user_id, role), at)
        limits.forget_account(connection, login.email)
    logger().info("account erased", user_id=user_id)


def _role_given_up(user_id: int, role: str) -> Entry:
    return Entry(
        actor_id=user_id,
        action="grant_role",
        subject_id=user_id,
        reason="the account was erased",
        before={"role": role},
        after={"role": "user"},
    )


def _position(cursor: str, parts: tuple[Part, ...]) -> tuple[Part, Position]:
    name, number, text = read_cursor(cursor, str, int, str)
    for part in parts:
        if part == name:
            return part, (number, text)
    raise invalid_cursor()


def _picks(connection: Connection, rows: list[Row]) -> list[PickRecord]:
    ledger: defaultdict[int, list[LedgerEntry]] = defaultdict(list)
    for entry in queries.ledger_of(connection, [row["id"] for row in rows]) if rows else []:
        ledger[entry.pick_id].append(LedgerEntry.of(entry))
    members = PickRow.__struct_fields__
    return [
        PickRecord.of(
            shown(PickRow(**{name: row[name] for name in members})), quote_id=row["quote_id"], ledger=ledger[row["id"]]
        )
        for row in rows
    ]


def _acts(user_id: int, rows: list[Row]) -> list[AuditRecord]:
    own = source_of(user_id)
    states = [{name: without_others(row[name], own) for name in ("before", "after")} for row in rows]
    return [AuditRecord.of(row | state) for row, state in zip(rows, states, strict=True)]
