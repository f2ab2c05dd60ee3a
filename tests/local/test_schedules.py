"""Scheduled rules, and asynchronous invocations with their retries and failure queues."""

import json
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.async_invocations import AsyncInvocations
from local.blueprint import ScheduleSpec, read_blueprint
from local.errors import LaptopError
from local.functions import LambdaFunction
from local.replay.clock import HeldClock
from local.schedules import Schedules, last_time, next_time, scheduled_event
from tests.local.assemblies import AssemblyWriter, arn
from tests.local.conftest import StartFunctions

pytestmark = pytest.mark.xdist_group("local functions")

FRIDAY = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(0 5 * * ? *)", "2026-11-21 05:00"),
        ("cron(0 19 * * ? *)", "2026-11-21 19:00"),
        ("cron(0/15 * * * ? *)", "2026-11-20 19:15"),
        ("cron(5,35 14 * * ? *)", "2026-11-21 14:05"),
        ("cron(0 10 ? * MON-FRI *)", "2026-11-23 10:00"),
        ("cron(0 10 ? * 2-6 *)", "2026-11-23 10:00"),
        ("cron(0 18 ? * 1 *)", "2026-11-22 18:00"),
        ("cron(0 8 ? * 2#1 *)", "2026-12-07 08:00"),
        ("cron(0 8 L * ? *)", "2026-11-30 08:00"),
        ("cron(0 0 1 1 ? 2030)", "2030-01-01 00:00"),
        ("rate(1 minute)", "2026-11-20 19:01"),
        ("rate(5 hours)", "2026-11-21 00:00"),
        ("rate(1 day)", "2026-11-21 19:00"),
    ],
)
def test_when_a_rule_fires_next(expression: str, expected: str) -> None:
    moment = next_time(expression, FRIDAY)

    assert moment is not None
    assert moment.strftime("%Y-%m-%d %H:%M") == expected
    assert moment.utcoffset() == timedelta(0)


def test_a_rule_whose_year_is_over_never_fires() -> None:
    assert next_time("cron(0 0 1 1 ? 2020)", FRIDAY) is None


@pytest.mark.parametrize("expression", ["cron(0 5 * * *)", "cron(61 5 * * ? *)", "rate(5 seconds)", "at(2026-01-01)"])
def test_what_is_no_schedule_is_said(expression: str) -> None:
    with pytest.raises(LaptopError, match="is no schedule expression"):
        next_time(expression, FRIDAY)


def rule(expression: str, payload: str | None = None) -> ScheduleSpec:
    return ScheduleSpec("daily", "arn:aws:events:us-east-1:123456789012:rule/daily", expression, "arn", payload)


def test_rules_fire_at_their_times_and_once_after_a_closed_lid() -> None:
    clock = [FRIDAY]
    fired: list[tuple[str, datetime]] = []
    schedules = Schedules(
        [rule("rate(1 minute)"), rule("cron(0 5 * * ? *)")],
        lambda which, due: fired.append((which.expression, due)),
        now=lambda: clock[0],
    )

    schedules.fire_due()
    clock[0] += timedelta(minutes=1)
    schedules.fire_due()
    schedules.fire_due()
    assert fired == [("rate(1 minute)", FRIDAY + timedelta(minutes=1))]

    clock[0] += timedelta(days=1)
    schedules.fire_due()
    assert [expression for expression, _ in fired[1:]] == ["rate(1 minute)", "cron(0 5 * * ? *)"]
    assert fired[2][1] == datetime(2026, 11, 21, 5, tzinfo=UTC)


def test_the_clock_drives_the_rules() -> None:
    ahead = timedelta()
    fired = threading.Event()
    schedules = Schedules([rule("rate(1 minute)")], lambda *_: fired.set(), now=lambda: datetime.now(UTC) + ahead)
    ahead = timedelta(seconds=59)
    schedules.start()
    try:
        assert not fired.wait(0.1)
        assert fired.wait(5)
    finally:
        schedules.stop()


def test_the_event_of_a_rule() -> None:
    event = json.loads(scheduled_event(rule("rate(1 day)"), FRIDAY))

    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-11-20T19:00:00Z",
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/daily"],
        "detail": {},
    }
    assert scheduled_event(rule("rate(1 day)", '{"sport": "nba"}'), FRIDAY) == b'{"sport": "nba"}'


FAILS_AT_FIRST = """
    import pathlib

    def handler(event, context):
        marks = pathlib.Path(event["marks"])
        with marks.open("a") as file:
            file.write("x")
        if len(marks.read_text()) <= event["failures"]:
            raise ValueError("not yet")
"""


START = datetime(2024, 1, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "hours"),
    [
        ("cron(0 5 * * ? *)", 7),
        ("cron(0 12 * * ? *)", 0),
        ("cron(1 12 * * ? *)", 24 - 1 / 60),
        ("cron(0 0 ? * 2 *)", 12),
    ],
)
def test_when_a_rule_was_due_last(expression: str, hours: float) -> None:
    assert last_time(expression, START) == START - timedelta(hours=hours)


def test_a_rule_that_is_due_once_a_month_was_not_due_lately() -> None:
    with pytest.raises(LaptopError, match="once a week"):
        last_time("cron(0 5 1 * ? *)", START)


class Background:
    """Asynchronous invocations with lists as queues."""

    def __init__(self, function: LambdaFunction) -> None:
        self.function = function
        self.said: list[str] = []
        self.sent: list[tuple[str, Any, Mapping[str, str]]] = []
        self.given_up = 0
        self.invocations = AsyncInvocations(self._send, self.said.append, retry_seconds=(0.05, 0.05))

    def _send(self, queue: str, body: str, attributes: Mapping[str, str]) -> None:
        self.sent.append((queue, json.loads(body), attributes))

    def submit(self, **event: Any) -> None:
        self.invocations.submit(self.function, json.dumps(event).encode(), self._gave_up)

    def _gave_up(self) -> None:
        self.given_up += 1

    def wait_for(self, what: Any) -> None:
        deadline = time.monotonic() + 10
        while not what() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert what()


@pytest.fixture
def background(assembly: AssemblyWriter, start_functions: StartFunctions) -> Background:
    assembly.api["Failures"] = {"Type": "AWS::SQS::Queue"}
    assembly.api["Letters"] = {"Type": "AWS::SQS::Queue"}
    assembly.function("Job", FAILS_AT_FIRST, DeadLetterConfig={"TargetArn": arn("Letters")})
    assembly.api["Config"] = {
        "Type": "AWS::Lambda::EventInvokeConfig",
        "Properties": {
            "FunctionName": {"Ref": "Job"},
            "MaximumRetryAttempts": 1,
            "MaximumEventAgeInSeconds": 60,
            "DestinationConfig": {"OnFailure": {"Destination": arn("Failures")}},
        },
    }
    (spec,) = read_blueprint(assembly.deployment()).functions
    return Background(start_functions(assembly).by_arn(spec.arn))


def test_a_failed_event_is_tried_again(background: Background, assembly: AssemblyWriter) -> None:
    marks = assembly.folder / "marks"

    background.submit(marks=str(marks), failures=1)
    background.wait_for(lambda: marks.exists() and marks.read_text() == "xx")
    time.sleep(0.2)

    assert marks.read_text() == "xx"
    assert not background.sent


def test_under_a_held_clock_a_failed_event_is_tried_again_when_the_clock_gets_there(
    background: Background, assembly: AssemblyWriter, tmp_path: Path
) -> None:
    clock = HeldClock(tmp_path / "clock", START)
    background.invocations = AsyncInvocations(background._send, background.said.append, clock=clock)
    marks = assembly.folder / "marks"

    background.submit(marks=str(marks), failures=1)
    background.invocations.settle()
    assert marks.read_text() == "x"
    assert clock.next_due() == START + timedelta(seconds=60)

    clock.move_to(START + timedelta(seconds=60))
    clock.fire_due()
    background.invocations.settle()

    assert marks.read_text() == "xx"
    assert clock.next_due() is None
    assert (background.sent, background.given_up) == ([], 0)


def test_what_failed_for_good_goes_to_the_queues(background: Background, assembly: AssemblyWriter) -> None:
    event = {"marks": str(assembly.folder / "marks"), "failures": 9}

    background.submit(**event)
    background.wait_for(lambda: len(background.sent) == 2)

    (failures, record, _), (letters, letter, attributes) = background.sent
    assert failures.endswith(":test-api-Failures")
    assert record["requestPayload"] == event
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["responsePayload"]["errorMessage"] == "not yet"
    assert letters.endswith(":test-api-Letters")
    assert letter == event
    assert attributes["ErrorMessage"] == "not yet"
    assert background.said == ["job: gave up on an event after 2 failed tries: function error (ValueError)"]
    background.invocations.settle()
    assert background.given_up == 1


def test_nothing_is_tried_again_after_the_stop(background: Background, assembly: AssemblyWriter) -> None:
    marks = assembly.folder / "marks"
    background.invocations = AsyncInvocations(background._send, background.said.append, retry_seconds=(30,))
    background.submit(marks=str(marks), failures=9)
    background.wait_for(marks.exists)

    background.invocations.stop()
    time.sleep(0.2)

    assert marks.read_text() == "x"
    assert not background.sent
