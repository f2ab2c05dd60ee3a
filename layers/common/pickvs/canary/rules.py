"""The way of the canary: its steps, what the contract answers to each, and what must be in the answers. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

USERNAME_PREFIX = "canary-"
"""How the names of the canary's accounts begin: whoever finds one that is not erased knows whose it was."""

LEAST_STAKE = 0.5
"""In units: what the canary stakes, for its picks stay on the boards under a pseudonym."""

_CODE = re.compile(r"[A-Z][A-Z_]{0,63}")


@dataclass(frozen=True, slots=True)
class Step:
    """One request of the way, named after the operation."""

    name: str
    method: str
    path: str
    status: int
    """What the contract answers."""
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
"""All steps in their order."""


def wanted_pick(games: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return a pick, as POST /picks takes it, on the last of the upcoming games that offers one; None if none does.

    The last one, for it is furthest from its tip-off. Raises KeyError for a game that is not as the contract has it.
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


def said(status: int, body: object, wanted: int) -> str:
    """Return in words that an answer's status is not the contract's, with the code of the problem it tells of.

    Nothing else of the body: it may quote what was sent.
    """
    code = body.get("code") if isinstance(body, Mapping) else None
    known = f" {code}" if isinstance(code, str) and _CODE.fullmatch(code) else ""
    return f"answered {status}{known}, and the contract says {wanted}"
