"""What the gauges mean."""

from datetime import datetime, timedelta

from pickvs.markets.scores.rules import OVERDUE_AFTER, REVIEW_AFTER

DAY = timedelta(hours=24)
"""The time that daily figures look back."""

COVERAGE_WINDOW = timedelta(days=7)
"""The time that the share of picks with a close looks back: a weekend's games weigh as the others do."""


def latest_due_tip_off(now: datetime, results_at: datetime | None) -> datetime:
    """Return the tip-off of the latest game that should be settled at `now`.

    results_at: when scores were last brought in; None for never. They come once a day, so a game is expected among the
    first that come when it is over: OVERDUE_AFTER its tip-off, longer than a game of any covered sport takes, overtime
    included. Where none have come, it is late REVIEW_AFTER its tip-off (rules.md, "When games go wrong").
    """
    late = now - REVIEW_AFTER
    return late if results_at is None else max(late, results_at - OVERDUE_AFTER)


def age_seconds(since: datetime | None, now: datetime) -> float | None:
    """Return the seconds from `since` to `now`, 0 where a clock was set back; None without a beginning."""
    return None if since is None else max(0.0, (now - since).total_seconds())


def percentage(part: int, whole: int) -> float | None:
    """Return `part` of `whole` in percent; None for 0 of 0."""
    return 100 * part / whole if whole else None
