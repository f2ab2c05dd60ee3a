"""Alarms of fantasy, a part of the table in `cdk.alarms`.

A stage that asks no source of races has no drafts. Its functions can only fail, so it has the alarms on that alone.
"""

from collections.abc import Iterator
from datetime import timedelta

from cdk import watched
from cdk.alarm import Alarm, Comparison, NoData
from cdk.config import StageConfig
from cdk.job_alarms import job_alarms
from cdk.watched import MAXIMUM, SUM

JOBS = ("collect_f1", "tick_drafts")
"""Functions of fantasy that rules invoke."""

_FIVE_MINUTES, _HOUR, _DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)

DRAFT_OVERDUE = timedelta(minutes=5)
"""Time by which what is due in a draft may be late. The alarm of a draft has the precision of a minute."""

REVIEW_WAITS = timedelta(hours=24)
"""Time in which an administrator answers a question."""

RESULT_WAITS = timedelta(hours=72)
"""Time in which the second source confirms a result."""

_FAILED_RUNS = 2


def fantasy_alarms(config: StageConfig) -> Iterator[Alarm]:
    """Yield the alarms of fantasy."""
    yield from job_alarms(config, "fantasy", JOBS)
    if config.fantasy.names:
        yield _of_collecting(config)
        yield _of_drafts(config)
        yield _of_races(config)


def _of_collecting(config: StageConfig) -> Alarm:
    jobs = [f"{name}_races" for name in config.fantasy.names]
    return Alarm(
        name="races-not-collected",
        section="races-not-collected",
        meaning=f"Runs that ask a source about races failed {_FAILED_RUNS} times in a day.",
        watches={f"of_{job}": watched.measured(config, "FailedRuns", SUM, job=job) for job in jobs},
        formula=f"MAX([{', '.join(f'FILL(of_{job}, 0)' for job in jobs)}])",
        threshold=_FAILED_RUNS,
        period=_DAY,
    )


def _of_drafts(config: StageConfig) -> Alarm:
    """Return the alarm on late drafts: on those that wait, which is measured, and on those that had waited."""
    return Alarm(
        name="drafts-late",
        section="drafts-late",
        meaning=f"A draft was not opened, went not on or was not locked for more than {DRAFT_OVERDUE.seconds // 60} "
        "minutes after its time.",
        watches={
            "waits": watched.measured(config, "DraftOverdue", MAXIMUM),
            "waited": watched.measured(config, "TickLateness", MAXIMUM),
        },
        formula="MAX([FILL(waits, 0), FILL(waited, 0)])",
        comparison=Comparison.MORE,
        threshold=DRAFT_OVERDUE.total_seconds(),
        period=_FIVE_MINUTES,
    )


def _of_races(config: StageConfig) -> Alarm:
    return Alarm(
        name="races-wait",
        section="races-wait",
        meaning=f"A question about races is open for more than {REVIEW_WAITS / _HOUR:g} hours, or a result has been "
        f"provisional for more than {RESULT_WAITS / _HOUR:g} hours.",
        watches={
            "review": watched.measured(config, "FantasyReviewAge", MAXIMUM),
            "result": watched.measured(config, "ProvisionalResultAge", MAXIMUM),
        },
        formula=f"MAX([review / {REVIEW_WAITS.total_seconds():g}, result / {RESULT_WAITS.total_seconds():g}])",
        comparison=Comparison.MORE,
        threshold=1,
        period=_HOUR,
        no_data=NoData.CHANGES_NOTHING,
    )
