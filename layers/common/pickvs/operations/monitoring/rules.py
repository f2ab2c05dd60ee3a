"""Definitions of the gauges."""

from datetime import datetime, timedelta

from pickvs.markets.scores.rules import OVERDUE_AFTER, REVIEW_AFTER

DAY = timedelta(hours=24)
"""Period of the daily figures."""

IN_SEASON = timedelta(days=9)
"""A league is in season if a game of it was over within this time."""

COVERAGE_WINDOW = timedelta(days=7)
"""Period of the closing line coverage. A whole week, so that weekend games do not dominate."""


def latest_due_tip_off(now: datetime, results_at: datetime | None) -> datetime:
    """Return the latest tip-off of games that should be settled at `now`.

    results_at: when usable scores were last ingested; None if never. Scores arrive once a day. A game is due with the
    first ingestion at least OVERDUE_AFTER its tip-off, which is longer than a game of any covered sport takes, overtime
    included. Without any ingestion, it is due REVIEW_AFTER its tip-off (rules.md, "When games go wrong").
    """
    late = now - REVIEW_AFTER
    return late if results_at is None else max(late, results_at - OVERDUE_AFTER)


def age_seconds(since: datetime | None, now: datetime) -> float | None:
    """Return the seconds from `since` to `now`, at least 0 in case a clock was set back. None if `since` is None."""
    return None if since is None else max(0.0, (now - since).total_seconds())


def percentage(part: int, whole: int) -> float | None:
    """Return `part` of `whole` in percent. None for 0 of 0."""
    return 100 * part / whole if whole else None
