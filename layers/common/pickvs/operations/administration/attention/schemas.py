"""Responses: what needs a person."""

from typing import Annotated, Any, ClassVar

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.operations.administration.attention.rules import ADVICE, MOST_ENTRIES, TroubleKind

_IN_TROUBLE: dict[str, Any] = {
    "at": "2026-03-15T09:30:00Z",
    "summary": "Needs attention: games that are unsettled (1).",
    "troubles": [
        {
            "kind": "games_unsettled",
            "total": 1,
            "since": "2026-03-15T05:10:00Z",
            "action": ADVICE["games_unsettled"].action,
            "runbook": "docs/runbook.md#games-unsettled",
            "entries": [
                {
                    "about": "Miami Heat at Boston Celtics, 2026-03-14 23:10 UTC",
                    "reason": "no final score",
                    "since": "2026-03-15T05:10:00Z",
                    "sport": "basketball_nba",
                    "game_id": 4711,
                    "run_id": None,
                }
            ],
        }
    ],
}
_ALL_WELL: dict[str, Any] = {"at": "2026-03-15T09:30:00Z", "summary": "Nothing needs attention.", "troubles": []}


class TroubleEntry(ResponseBody):
    """One thing that needs a person."""

    about: Annotated[str, doc("What it is: a game, a name, a run, a source, data, work or a receiver.")]
    reason: Annotated[str, doc("What is wrong with it.")]
    since: Annotated[Moment | None, doc("Since when. null if it never was well.")]
    sport: str | None = None
    game_id: int | None = None
    run_id: Annotated[int | None, doc("The run in `GET /admin/ingestion-runs`.")] = None


class Trouble(ResponseBody):
    """A kind of trouble, what to do about it, and its entries."""

    kind: TroubleKind
    total: Annotated[int, doc("Number of its entries, also of those that are not listed.")]
    since: Annotated[Moment | None, doc("Since when there is such an entry. null if that is not known.")]
    action: Annotated[str, doc("What to do, in a sentence.")]
    runbook: Annotated[str, doc("File and section of the runbook that says more.")]
    entries: Annotated[list[TroubleEntry], doc(f"The first {MOST_ENTRIES} of them, the longest in trouble first.")]


class Attention(ResponseBody):
    """Everything that needs a person. Without any trouble, nothing does."""

    EXAMPLES: ClassVar = (_IN_TROUBLE, _ALL_WELL)

    at: Annotated[Moment, doc("When this was true.")]
    summary: Annotated[str, doc("The kinds of trouble and their numbers in a sentence.")]
    troubles: Annotated[list[Trouble], doc("Only kinds that there are, the most urgent first.")]
