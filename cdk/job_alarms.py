"""Alarms that the jobs of every wing have: they fail again and again, or an event or due work of theirs is given up."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from cdk import watched
from cdk.alarm import Alarm
from cdk.config import StageConfig
from cdk.constructs.scheduled_function import RETRIES
from cdk.watched import SUM


def work_given_up(config: StageConfig, name: str, woken: Sequence[str]) -> Alarm:
    """Return the alarm of functions with due work: some of it failed in every attempt. woken: ten functions at most."""
    return Alarm(
        name=name,
        section="work-given-up",
        meaning=f"Due work of {', '.join(woken[:-1])} or {woken[-1]} failed in every attempt and was given up.",
        watches={f"of_{each}": watched.measured(config, "WorkGivenUp", SUM, job=each) for each in woken},
        formula=f"SUM([{', '.join(f'FILL(of_{each}, 0)' for each in woken)}])",
        threshold=1,
        period=timedelta(hours=1),
    )


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
