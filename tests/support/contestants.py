"""Picks on games of the store, and what became of them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg

from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from pickvs.markets.values import Market, Selection
from pickvs.picks.queries import insert_picks
from tests.support.evening import PASSWORD_HASH
from tests.support.markets import ListedGame
from tests.support.snapshot import row, rows


def make_user(url: str, name: str = "ada", at: datetime | None = None) -> int:
    with psycopg.connect(url) as connection:
        made = connection.execute(
            "INSERT INTO users (username, email, password_hash, created_at) VALUES (%s, %s, %s, %s) RETURNING id",
            (name, f"{name}@example.com", PASSWORD_HASH, at or datetime.fromisoformat("2023-10-01T00:00:00Z")),
        ).fetchone()
    assert made is not None
    return int(made[0])


def pick(user: int, game: ListedGame, market: Market, selection: Selection, *, at: datetime, stake: str = "1") -> int:
    """Store a pick at `at`, whatever the lock says: the lock rests on an announced time, which may be wrong."""
    with transaction() as connection:
        quote = game.quote(market, selection)
        made = insert_picks(connection, user, [(quote.id, Decimal(stake))], at)
    return made[game.id, market, selection]


def settled(at: datetime) -> dict[str, int]:
    with transaction() as connection:
        return settle(connection, at)


def outcome(url: str, pick_id: int) -> tuple[str | None, str | None]:
    """Return result and reason of a void of a pick; None for both while it is pending."""
    found = rows(
        url,
        "SELECT * FROM settlement_ledger WHERE pick_id = %s ORDER BY result_id DESC, sign DESC LIMIT 1",
        pick_id,
    )
    if not found or found[0]["sign"] < 0:
        return None, None
    return found[0]["result"], found[0]["void_reason"]


def entry(url: str, pick_id: int) -> dict[str, Any]:
    """Return the ledger entry in force."""
    return row(
        url,
        "SELECT * FROM settlement_ledger WHERE pick_id = %s AND sign = 1 ORDER BY result_id DESC LIMIT 1",
        pick_id,
    )
