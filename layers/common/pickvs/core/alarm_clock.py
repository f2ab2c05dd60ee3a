"""Wakes functions: at once, by an asynchronous invocation, or at a minute, by a one-shot schedule.

Both deliver at least once, and a schedule up to a minute late. A woken function therefore asks the database what is
due, and finds nothing if it was woken in vain.

A run that keeps many drafts asks for the alarm of one minute as many times. AWS is asked once. The next invocation of
the process asks again: it would not notice otherwise that AWS has lost an alarm.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from pickvs.core import invocations
from pickvs.core.errors import AlarmNotSet

if TYPE_CHECKING:
    from botocore.config import Config
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

EVENT: Mapping[str, str] = MappingProxyType({"source": "pickvs.alarm_clock"})
"""The event of a function that is woken. The function finds in the database what is to be done."""

REMEMBERED = 256
"""Alarms that an invocation remembers to have set."""


@dataclass(frozen=True, slots=True)
class AlarmClock:
    """What it takes to have a function woken by a schedule of EventBridge Scheduler."""

    function_arn: str
    role_arn: str
    """ARN of the role as which Scheduler invokes the function."""
    group: str
    """Name of the group of the function's schedules."""


def wake(function_arn: str) -> None:
    """Invoke a function asynchronously, with EVENT. Raises AlarmNotSet if AWS does not accept the event."""
    with _asking("woken"):
        _lambda().invoke(FunctionName=function_arn, InvocationType="Event", Payload=json.dumps(dict(EVENT)))


def set_alarm(clock: AlarmClock, name: str, at: datetime) -> None:
    """Have the clock's function invoked with EVENT at `at`, a time to come. Does nothing if `name` is set already.

    The schedule deletes itself when it has fired. Raises AlarmNotSet if AWS does not accept it.
    """
    with _asking("woken by an alarm"):
        _set(invocations.number(), clock, name, at)


@lru_cache(REMEMBERED)
def _set(_invocation: int, clock: AlarmClock, name: str, at: datetime) -> None:
    """Set an alarm, unless this invocation has, or has learned that it is set. A failure is not remembered."""
    scheduler = _scheduler()
    with suppress(scheduler.exceptions.ConflictException):
        scheduler.create_schedule(
            Name=name,
            GroupName=clock.group,
            ScheduleExpression=f"at({at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
            ScheduleExpressionTimezone="UTC",
            FlexibleTimeWindow={"Mode": "OFF"},
            ActionAfterCompletion="DELETE",
            Target={
                "Arn": clock.function_arn,
                "RoleArn": clock.role_arn,
                "Input": json.dumps(dict(EVENT)),
                "RetryPolicy": {"MaximumEventAgeInSeconds": 900, "MaximumRetryAttempts": 10},
            },
        )


def _config() -> "Config":
    from botocore.config import Config

    # A request may wait for it: two alarms must fit into the 25 s of an endpoint, and they only hasten what happens.
    return Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2, "mode": "standard"})


@cache
def _lambda() -> "LambdaClient":
    import boto3

    return boto3.client("lambda", config=_config())


@cache
def _scheduler() -> "EventBridgeSchedulerClient":
    import boto3

    return boto3.client("scheduler", config=_config())


@contextmanager
def _asking(what: str) -> Iterator[None]:
    """Convert boto3's exceptions to AlarmNotSet."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", type(error).__name__)
        raise AlarmNotSet(f"the function was not {what}: {code}") from error
    except BotoCoreError as error:
        raise AlarmNotSet(f"the function was not {what}: {type(error).__name__}") from error
