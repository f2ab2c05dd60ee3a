"""Responses: what acts on races change, and questions about races."""

from typing import Annotated, Any, ClassVar

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.fantasy.races.rules import ResultState

_A_SESSION: dict[str, Any] = {
    "race_id": 128,
    "session": "race",
    "state_before": "review",
    "state": "amended",
    "version_before": 1,
    "version": 2,
}
_A_ROW: dict[str, Any] = {
    "league_id": 7,
    "league": "Sunday drivers",
    "race_id": 128,
    "constructor_id": 61,
    "team_name": "Box Box",
    "points_before": 52,
    "points": 47,
    "rank_before": 1,
    "rank": 2,
}
_CHANGES: dict[str, Any] = {"dry_run": True, "sessions": [_A_SESSION], "leagues": 3, "rows": [_A_ROW]}
_A_REVIEW: dict[str, Any] = {
    "id": 12,
    "race_id": 128,
    "race": "Chinese Grand Prix",
    "season": 2024,
    "kind": "result",
    "subject": "race",
    "causes": ["unconfirmed_change"],
    "question": {},
    "opened_at": "2024-04-22T06:15:00Z",
    "closed_at": None,
    "decision": None,
    "reason": None,
}


class ChangedSession(ResponseBody):
    """What became of a session's result."""

    race_id: int
    session: str
    state_before: ResultState
    state: ResultState
    version_before: Annotated[int | None, doc("null: there was no result.")]
    version: int | None


class ChangedRow(ResponseBody):
    """What became of a constructor's race."""

    league_id: int
    league: str
    race_id: int
    constructor_id: int
    team_name: str
    points_before: Annotated[Number | None, doc("null: the race had not scored yet.")]
    points: Number
    rank_before: int | None
    rank: int


class RaceChanges(ResponseBody):
    """What an act has changed or, for a dry run, would change."""

    EXAMPLES: ClassVar = (_CHANGES,)

    dry_run: bool
    sessions: list[ChangedSession]
    leagues: Annotated[int, doc("Number of leagues whose board has another version.")]
    rows: Annotated[list[ChangedRow], doc("By league and constructor; at most the first 1,000.")]


class Rescored(ResponseBody):
    """What came of making a league's board again from its picks and results."""

    EXAMPLES: ClassVar = ({"dry_run": True, "league_id": 7, "rows_differing": 0},)

    dry_run: bool
    league_id: int
    rows_differing: Annotated[
        int, doc("Rows that differ from the board as it was. Anything but 0 is an error of ours.")
    ]


class RaceReview(ResponseBody):
    """A question about a race."""

    id: int
    race_id: int
    race: str
    season: int
    kind: Annotated[str, doc("`result`, `schedule`, `cancellation`, `driver` or `substitution`.")]
    subject: Annotated[str, doc("What it is about within its kind, such as the session.")]
    causes: Annotated[list[str], doc("Why it is asked.")]
    question: Annotated[dict[str, Any], doc("What it takes to decide, such as where two sources differ.")]
    opened_at: Moment
    closed_at: Moment | None
    decision: Annotated[str | None, doc("`settled` if it has become pointless.")]
    reason: Annotated[str | None, doc("The administrator's.")]


class RaceReviews(ResponseBody):
    """A page of questions about races, the latest first."""

    EXAMPLES: ClassVar = ({"reviews": [_A_REVIEW], "next_cursor": None},)

    reviews: list[RaceReview]
    next_cursor: str | None
