"""What a file says of a player's game: who plays, when it starts, whether it runs."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

State = Literal["scheduled", "in_progress", "final", "postponed", "cancelled"]

EASTERN = ZoneInfo("America/New_York")
"""The sites write Eastern time."""

LONGEST_EVENT = 60
_LONGEST_TEXT = 120
"""Longest text of a game with its start, in characters. On longer ones the patterns would take long."""

_STATES: dict[str, State] = {
    "in progress": "in_progress",
    "final": "final",
    "postponed": "postponed",
    "cancelled": "cancelled",
    "canceled": "cancelled",
}
_START = re.compile(
    r"(.*?)\s*(\d{1,2}/\d{1,2}/\d{4}) (\d{1,2}:\d{2} ?[AP]M) ?(?:ET|EST|EDT)?", re.ASCII | re.IGNORECASE
)
_SIDES = re.compile(r"([^@]{1,60})@([^@]{1,60})")


@dataclass(frozen=True, slots=True)
class Game:
    """A game as one player's row tells it.

    event: what is played, as written, such as CLE@OKC or the name of a race; empty where the file gives only a state.
    away, home: None unless two sides are written. starts_at: in UTC; None if the file does not say. state: scheduled
    where it says nothing.
    """

    event: str
    away: str | None = None
    home: str | None = None
    starts_at: datetime | None = None
    state: State = "scheduled"


def read_game(text: str) -> Game | None:
    """Return the game of a cell such as "CLE@OKC 01/16/2025 07:30PM ET", "In Progress" or "LAL@UTA".

    None if the cell names neither a state, nor two sides, nor a start, or is too long for a game.
    """
    if len(text) > _LONGEST_TEXT:
        return None
    state = _STATES.get(text.casefold())
    if state is not None:
        return Game("", state=state)
    found = _START.fullmatch(text)
    event = found[1].strip() if found is not None else text
    sides = _SIDES.fullmatch(event)
    if len(event) > LONGEST_EVENT or (sides is not None and sides[1].strip() == sides[2].strip()):
        return None
    away, home = (sides[1].strip(), sides[2].strip()) if sides is not None else (None, None)
    if found is None:
        return Game(event, away, home) if away and home else None
    try:
        local = datetime.strptime(f"{found[2]} {found[3].replace(' ', '').upper()}", "%m/%d/%Y %I:%M%p")  # noqa: DTZ007
        starts_at = local.replace(tzinfo=EASTERN).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Game(event, away, home, starts_at)
