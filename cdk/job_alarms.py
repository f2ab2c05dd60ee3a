"""Alarms that the jobs of every wing have: they fail again and again, or an event of theirs is given up."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from cdk import watched
from cdk.alarm import Alarm
from cdk.config import StageConfig
from cdk.constructs.scheduled_function import RETRIES


def job_alarms(config: StageConfig, wing: str, jobs: Sequence[str]) -> Iterator[Alarm]:
    """Yield the two alarms of a wing's jobs: functions that rules invoke."""
    either = f"MAX([{', '.join(f'FILL(of_{name}, 0)' for name in jobs)}])"
    listed = f"{', '.join(jobs[:-1])} or {jobs[-1]}" if len(jobs) > 1 else jobs[0]
    yield Alarm(
        name=f"{wing}-errors",
        section="job-errors",
        meaning=f"{listed} failed {RETRIES + 1} times in an hour, which is the number of attempts for one event.",
        watches={f"of_{name}": watched.of_function(config, name, "Errors") for name in jobs},
        formula=either,
        threshold=RETRIES + 1,
        period=timedelta(hours=1),
    )
    yield Alarm(
        name=f"{wing}-dead-letters",
        section="dead-letters",
        meaning=f"Processing of an event for {listed} was given up. The event is in its dead-letter queue.",
        watches={f"of_{name}": watched.dead_letters(config, name) for name in jobs},
        formula=either,
        threshold=1,
        period=timedelta(minutes=5),
    )
