"""Responses: findings in the statistics, and orders of past days."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pickvs.core.types import Moment, ResponseBody, doc


class Anomaly(ResponseBody):
    """Something wrong, odd or worth a look in the statistics."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {
            "id": 31,
            "sport": "basketball_nba",
            "rule": "box_score_in_review",
            "subject": "game 4711",
            "severity": "error",
            "game_id": 4711,
            "player_id": None,
            "details": {"reasons": ["sum: the players have 101 points, the team 103 (home)"]},
            "found_at": "2026-03-15T10:31:12Z",
            "resolved_at": None,
            "resolution": None,
        },
    )

    id: int
    sport: str
    rule: Annotated[str, doc("The name of the rule. Later versions may have more.")]
    subject: Annotated[str, doc("What it is about, in the rule's words.")]
    severity: Annotated[Literal["notice", "warning", "error"], doc("`error`: certainly wrong. `warning`: odd.")]
    game_id: Annotated[int | None, doc("Negative for a game that was over before this service knew of it.")]
    player_id: int | None
    details: dict[str, Any]
    found_at: Moment
    resolved_at: Moment | None
    resolution: Annotated[Literal["accepted", "corrected", "gone"] | None, doc("`gone`: the rule finds it no more.")]


class Anomalies(ResponseBody):
    """A page of findings, the oldest first."""

    anomalies: list[Anomaly]
    next_cursor: str | None


class Backfill(ResponseBody):
    """Days that were put on the agenda."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {"sport": "basketball_nba", "first": "2024-10-22", "last": "2025-04-13", "days": 174},
    )

    sport: str
    first: Annotated[date, doc("The first day.")]
    last: Annotated[date, doc("The last day.")]
    days: int
