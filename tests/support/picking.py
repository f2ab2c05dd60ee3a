"""Submits picks: converts quotes to the format of a submission, and calls the endpoint at a given time."""

from datetime import datetime
from typing import Any

import pytest

from pickvs.core import clock
from tests.support.contest import Contest
from tests.support.gateway import Answer, call

LOCK_MARGIN_SECONDS = 120
MAX_ODDS_AGE_HOURS = 26


def set_pick_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCK_MARGIN_SECONDS", str(LOCK_MARGIN_SECONDS))
    monkeypatch.setenv("MAX_ODDS_AGE_HOURS", str(MAX_ODDS_AGE_HOURS))


def want(contest: Contest, quote: int, **members: Any) -> dict[str, Any]:
    """Return a pick of the quote's side. `members` override its fields."""
    row = contest.connection.execute("SELECT game_id, market, selection FROM quotes WHERE id = %s", (quote,)).fetchone()
    assert row is not None
    return {**row, "quote_id": quote, **members}


def submit(user: int, *picks: dict[str, Any], at: datetime, headers: dict[str, str] | None = None) -> Answer:
    body = {"picks": list(picks)}
    with clock.held_at(at):
        return call("create_picks", "POST", "/picks", body=body, user=(user, "somebody"), headers=headers)


def stored(contest: Contest) -> list[dict[str, Any]]:
    """Return all picks of all users, in order of their ids."""
    return contest.connection.execute("SELECT * FROM picks ORDER BY id").fetchall()
