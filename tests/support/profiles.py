"""Reading profiles through the deployed file."""

from datetime import datetime
from typing import Any

from pickvs.core import clock
from tests.support.gateway import Answer, call
from tests.support.ledger import SETTLED_AT

SPLITS = ("by_market", "by_role", "by_venue")


def ask(username: str, at: datetime = SETTLED_AT) -> Answer:
    with clock.held_at(at):
        return call("get_profile", "GET", f"/users/{username}")


def profile(username: str, at: datetime = SETTLED_AT) -> dict[str, Any]:
    answer = ask(username, at)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def records(split: dict[str, Any]) -> dict[str, tuple[int, int, int, float]]:
    """Return wins, losses, pushes and units of every part of a split with graded picks."""
    return {
        part: (totals["wins"], totals["losses"], totals["pushes"], totals["total_units"])
        for part, totals in split.items()
        if totals["picks"]
    }
