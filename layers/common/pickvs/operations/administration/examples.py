"""Values shared by several examples in the API document."""

from typing import Any

A_FINAL: dict[str, Any] = {
    "status": "finished",
    "outcome": "final",
    "home_score": 112,
    "away_score": 104,
    "began_at": "2026-03-14T23:11:30Z",
    "source": "the_odds_api",
}
A_CORRECTION: dict[str, Any] = {**A_FINAL, "away_score": 106, "source": "admin:12"}
"""Examples of a game's state, before and after an action."""
