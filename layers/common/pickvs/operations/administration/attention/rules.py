"""Kinds of trouble: when something is one, and what to do about each. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

type TroubleKind = Literal[
    "results_stale",
    "odds_stale",
    "sources_off",
    "runs_failed",
    "answers_unreadable",
    "games_unsettled",
    "games_in_review",
    "events_in_review",
    "team_names",
    "drafts_overdue",
    "races_in_review",
    "race_results_unconfirmed",
    "work_undone",
    "mails_given_up",
    "webhooks_given_up",
]

WINDOW = timedelta(days=7)
"""Time after which a run, an event or a delivery is history, whatever became of it."""

WINDOW_AT_NEED = timedelta(days=1)
"""The same for runs of a second source of scores. It is asked at need only, but once a day at least while a game lacks
a final. So what failed before was not needed any more, and nothing will run that could succeed."""

UNREADABLE_PERCENT = 20
"""Unreadable share of an answer that needs a person. The alarm answers-unreadable rings at the same share."""

MOST_ENTRIES = 10
"""Entries that are listed of each kind. All kinds together are one page."""

MOST_EVENTS = 500
"""Events in review that are read to find the team names that nobody knows."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a kind of trouble. section: its section of the runbook."""

    title: str
    action: str
    section: str


ADVICE: Mapping[TroubleKind, Advice] = MappingProxyType(
    {
        "results_stale": Advice(
            "results that are stale",
            "Find out why no usable scores arrive, then run process_results: picks stay pending until then.",
            "results-stale",
        ),
        "odds_stale": Advice(
            "odds that are stale",
            "Find out why no usable odds arrive, then run fetch_odds: picks on the market are refused until then.",
            "odds-stale",
        ),
        "sources_off": Advice(
            "sources that are off",
            "Find out why the source refuses. It is asked again the next day.",
            "sources-off",
        ),
        "runs_failed": Advice(
            "runs that failed",
            "Act by the run's error code, then run the job. A run that succeeds ends this.",
            "ingestion-failed",
        ),
        "answers_unreadable": Advice(
            "answers that could not be read",
            "Look at the run's skipped parts: the provider may have changed its format.",
            "answers-unreadable",
        ),
        "games_unsettled": Advice(
            "games that are unsettled",
            "Find out how the game ended and set its result, or void it. Regrade a result that is not booked.",
            "games-unsettled",
        ),
        "games_in_review": Advice(
            "games in review",
            "Decide by the reason: set the result, void the game, or wait for an answer that contradicts nothing.",
            "games-in-review",
        ),
        "events_in_review": Advice(
            "events in review",
            "Decide which game the event is: merge two listings of one game, or wait for an answer without doubt.",
            "team-names",
        ),
        "team_names": Advice(
            "team names that are not known",
            "Add the name as an alias of its team, or the team to the reference data.",
            "team-names",
        ),
        "drafts_overdue": Advice(
            "drafts that are overdue",
            "Find out why tick_drafts does not run, then invoke it: it opens drafts, ends turns and locks.",
            "drafts-late",
        ),
        "races_in_review": Advice(
            "questions about races",
            "Compare what the sources say and decide the review. Until then the points stay as they are.",
            "races-wait",
        ),
        "race_results_unconfirmed": Advice(
            "race results that are not confirmed",
            "Find out why the second source is silent, or confirm the result by hand with its official document.",
            "races-wait",
        ),
        "work_undone": Advice(
            "due work that is not done",
            "Fix the cause that the work's last error names, and put it again if it was given up.",
            "work-given-up",
        ),
        "mails_given_up": Advice(
            "mails that were given up",
            "Act by what the mail service said. The mails themselves are not sent again.",
            "mails-fail",
        ),
        "webhooks_given_up": Advice(
            "webhooks that were given up",
            "Tell the owner of the webhook if the receiver is at fault; what was given up can be replayed.",
            "webhooks-given-up",
        ),
    }
)
"""What to do about each kind, the most urgent first."""


def stale_since(last_good: datetime | None, max_age: timedelta, at: datetime) -> tuple[bool, datetime | None]:
    """Return whether data is stale at `at`, and since when.

    last_good: when it was last good. None: never, so that it is stale since an unknown time. Data is stale when it is
    older than `max_age`.
    """
    if last_good is None:
        return True, None
    return at - last_good > max_age, last_good + max_age


def summary(totals: Mapping[TroubleKind, int]) -> str:
    """Return one sentence about the number of entries of each kind."""
    found = [f"{ADVICE[kind].title} ({total})" for kind, total in totals.items() if total]
    return f"Needs attention: {', '.join(found)}." if found else "Nothing needs attention."
