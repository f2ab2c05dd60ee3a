"""Reads other users' picks through the deployed files at a given time, and settles as the daily run does."""

from datetime import datetime, timedelta
from typing import Any

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import Answer, call

SETTLED_AT = TIP_OFF + timedelta(hours=4)


def settle_now() -> None:
    with transaction() as connection:
        settle(connection, SETTLED_AT)


def moneyline(contest: Contest, user: int, game: int | None = None) -> int:
    """Make a pick at -110 on the home team, of a new game unless one is given."""
    return contest.pick(user, contest.quote(game or contest.game(), "moneyline", "home", None, -110))


def get_pick(user: int, pick: object, at: datetime = SETTLED_AT) -> Answer:
    with clock.held_at(at):
        return call("get_pick", "GET", f"/picks/{pick}", user=(user, "somebody"))


def explain(user: int, pick: object, at: datetime = SETTLED_AT) -> Answer:
    with clock.held_at(at):
        return call("explain_pick", "GET", f"/picks/{pick}/explanation", user=(user, "somebody"))


def ledger(at: datetime = SETTLED_AT, **query: str) -> Answer:
    """Return a page of the public ledger, requested without credentials."""
    with clock.held_at(at):
        return call("list_public_picks", "GET", "/picks/public", query=query or None)


def ledger_csv(at: datetime = SETTLED_AT, **query: str) -> Answer:
    """Return a page of the public ledger as CSV, from the operation that answers nothing else."""
    with clock.held_at(at):
        return call("list_public_picks_csv", "GET", "/picks/public.csv", query=query or None)


def public(at: datetime = SETTLED_AT, **query: str) -> list[dict[str, Any]]:
    answer = ledger(at, **query)
    assert answer.status == 200, answer.body
    return list(answer.body["picks"])
