"""The canary's steps, the contract's answer to each, and checks of the answers. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

USERNAME_PREFIX = "canary-"
"""Prefix of the canary's usernames. It identifies accounts of the canary that were not erased."""

_MAILBOX_SIMULATOR = "simulator.amazonses.com"
"""Domain of SES whose `success` addresses accept all mails, so that the canary's never bounce."""

LEAST_STAKE = 0.5
"""Units that the canary stakes. Minimal, because its picks stay on the boards under a pseudonym."""

_CODE = re.compile(r"[A-Z][A-Z_]{0,63}")


@dataclass(frozen=True, slots=True)
class Step:
    """One request of the walk, named after its operation."""

    name: str
    method: str
    path: str
    status: int
    """The status that the contract specifies."""
    query: str = ""


HEALTH = Step("get_health", "GET", "/health", 200)
REGISTER = Step("register", "POST", "/auth/register", 201)
LOGIN = Step("login", "POST", "/auth/login", 200)
ME = Step("get_me", "GET", "/users/me", 200)
UPCOMING = Step("list_upcoming_games", "GET", "/games/upcoming", 200, "?limit=50")
PICK = Step("create_picks", "POST", "/picks", 201)
MY_PICKS = Step("list_my_picks", "GET", "/picks/me", 200)
LEADERBOARD = Step("get_leaderboard", "GET", "/leaderboard", 200, "?limit=10")
ERASE = Step("delete_me", "DELETE", "/users/me", 204)

WAY: tuple[Step, ...] = (HEALTH, REGISTER, LOGIN, ME, UPCOMING, PICK, MY_PICKS, LEADERBOARD, ERASE)
"""All steps, in order."""


def wanted_pick(games: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return a request for a pick on the last upcoming game that offers one. None if no game does.

    The last game has the latest tip-off. Raises KeyError if a game violates the contract.
    """
    for game in reversed(games):
        for market in game["markets"]:
            for quote in market["quotes"]:
                return {
                    "game_id": game["id"],
                    "market": market["market"],
                    "selection": quote["selection"],
                    "quote_id": quote["quote_id"],
                    "stake_units": LEAST_STAKE,
                }
    return None


def email_of(username: str) -> str:
    """Return the e-mail address of the canary's account with this name."""
    return f"success+{username}@{_MAILBOX_SIMULATOR}"


def said(status: int, body: object, wanted: int) -> str:
    """Return a message that an answer's status violates the contract, with the problem's code if there is one.

    The message has nothing else of the body, which may quote the request.
    """
    code = body.get("code") if isinstance(body, Mapping) else None
    known = f" {code}" if isinstance(code, str) and _CODE.fullmatch(code) else ""
    return f"answered {status}{known}, and the contract says {wanted}"
