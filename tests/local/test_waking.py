"""Functions wake others through the code that they deploy, on services that check rights as AWS does."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from werkzeug.wrappers import Response

from local.aws import AwsServices
from local.blueprint import Blueprint, read_blueprint
from local.errors import LaptopError
from local.invocations import Invocations
from local.one_shot_schedules import OneShot, OneShotSchedules
from pickvs.core import alarm_clock
from pickvs.core.alarm_clock import EVENT, AlarmClock
from pickvs.core.errors import AlarmNotSet
from pickvs.core.invocations import begin
from tests.local.assemblies import AssemblyWriter, allow, arn
from tests.local.conftest import StartFunctions
from tests.support.gateway import LambdaContext

pytestmark = pytest.mark.xdist_group("local aws")

NOTHING = "def handler(event, context): pass\n"
NOON = datetime(2026, 1, 9, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FUNCTIONS = "arn:aws:lambda:us-east-1:123456789012:function:test-"
ROLES = "arn:aws:iam::123456789012:role/"
SCHEDULES = "arn:aws:scheduler:us-east-1:123456789012:schedule/"


@dataclass
class Cloud:
    """The services, as the function `caller` sees them, and the invocations that they have begun."""

    blueprint: Blueprint
    alarms: OneShotSchedules
    file: Path
    now: list[datetime]
    invoked: list[tuple[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def clock(self, function: str = "woken", role: str = "alarm", group: str = "woken") -> AlarmClock:
        return AlarmClock(function_arn=FUNCTIONS + function, role_arn=ROLES + role, group=group)

    def schedules(self) -> OneShotSchedules:
        def fire(function: str, event: bytes) -> None:
            if function.endswith("gone"):
                raise LaptopError("no such function")
            self.invoked.append((function.removeprefix(FUNCTIONS), json.loads(event)))

        return OneShotSchedules(self.blueprint, self.file, fire, self.said.append, now=lambda: self.now[0])


def role(name: str, service: str, *statements: dict[str, Any]) -> dict[str, Any]:
    trust = {"Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": service}}]}
    policies = [{"PolicyName": "wake", "PolicyDocument": {"Statement": list(statements)}}]
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"RoleName": name, "AssumeRolePolicyDocument": trust, "Policies": policies},
    }


@pytest.fixture
def cloud(
    assembly: AssemblyWriter, start_functions: StartFunctions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cloud]:
    for name in ("Woken", "Other"):
        assembly.function(name, NOTHING)
    assembly.function(
        "Caller",
        NOTHING,
        statements=[
            allow("lambda:InvokeFunction", [arn("Woken"), FUNCTIONS + "missing"]),
            allow("scheduler:CreateSchedule", [f"{SCHEDULES}woken/*", f"{SCHEDULES}missing/*"]),
            allow("iam:PassRole", [ROLES + name for name in ("alarm", "of-other", "not-schedulers")]),
        ],
    )
    assembly.api["Group"] = {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": "woken"}}
    assembly.api["OtherGroup"] = {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": "other"}}
    assembly.api["Alarm"] = role("alarm", "scheduler.amazonaws.com", allow("lambda:InvokeFunction", arn("Woken")))
    assembly.api["OfOther"] = role("of-other", "scheduler.amazonaws.com", allow("lambda:InvokeFunction", arn("Other")))
    assembly.api["Not"] = role("not-schedulers", "lambda.amazonaws.com", allow("lambda:InvokeFunction", arn("Woken")))
    assembly.api["NotPassed"] = role("other-alarm", "scheduler.amazonaws.com", allow("*", "*"))
    blueprint = read_blueprint(assembly.deployment())
    services = AwsServices(blueprint)
    made = Cloud(blueprint, None, tmp_path / "alarms.json", [NOON])  # type: ignore[arg-type]
    made.alarms = made.schedules()
    services.play("scheduler", made.alarms)
    services.play(
        "lambda",
        Invocations(
            start_functions(assembly),
            lambda function, event: made.invoked.append((function.spec.name, json.loads(event))),
        ),
    )
    services.start()
    caller = next(function for function in blueprint.functions if function.name == "caller")
    for name, value in services.credentials(caller).environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", services.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # keeps the credentials of the test before
    forget()
    yield made
    services.stop()
    forget()


def forget() -> None:
    """Forget what this process has of AWS."""
    for remembered in (alarm_clock._lambda, alarm_clock._scheduler, alarm_clock._set):
        remembered.cache_clear()


def test_a_function_is_woken_at_once_by_those_that_may(cloud: Cloud) -> None:
    alarm_clock.wake(FUNCTIONS + "woken")
    assert cloud.invoked == [("woken", dict(EVENT))]
    for function, why in (("other", "AccessDeniedException"), ("missing", "ResourceNotFoundException")):
        with pytest.raises(AlarmNotSet, match=why):
            alarm_clock.wake(FUNCTIONS + function)
    with pytest.raises(ClientError, match="asynchronously only"):
        boto3.client("lambda").invoke(FunctionName=FUNCTIONS + "woken")
    with pytest.raises(ClientError, match="does not support"):
        boto3.client("lambda").list_functions()
    assert len(cloud.invoked) == 1


def test_an_alarm_fires_once_and_is_gone_and_an_alarm_that_is_set_is_left(cloud: Cloud) -> None:
    alarm_clock.set_alarm(cloud.clock(), "later", NOON + 2 * MINUTE)
    alarm_clock.set_alarm(cloud.clock(), "soon", NOON + MINUTE)
    alarm_clock.set_alarm(cloud.clock(), "soon", NOON + 3 * MINUTE)
    cloud.alarms.fire_due()
    assert cloud.invoked == []
    cloud.now[0] = NOON + MINUTE
    cloud.alarms.fire_due()
    cloud.alarms.fire_due()
    assert cloud.invoked == [("woken", dict(EVENT))]
    begin(LambdaContext())
    alarm_clock.set_alarm(cloud.clock(), "soon", NOON + 3 * MINUTE)
    cloud.now[0] = NOON + 4 * MINUTE
    cloud.alarms.fire_due()
    assert len(cloud.invoked) == 3


@pytest.fixture
def asked(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the alarms that Scheduler has been asked for, as often as it was."""
    asked: list[str] = []
    add = cloud.alarms._add

    def noted(wanted: OneShot) -> Response:
        asked.append(wanted.name)
        return add(wanted)

    monkeypatch.setattr(cloud.alarms, "_add", noted)
    return asked


def test_an_invocation_asks_for_an_alarm_once_but_again_for_one_that_failed(cloud: Cloud, asked: list[str]) -> None:
    for _ in range(3):
        alarm_clock.set_alarm(cloud.clock(), "soon", NOON + MINUTE)
        with pytest.raises(AlarmNotSet):
            alarm_clock.set_alarm(cloud.clock("missing"), "never", NOON + MINUTE)
    alarm_clock.set_alarm(cloud.clock(), "later", NOON + 2 * MINUTE)
    assert asked == ["soon", "later"]
    begin(LambdaContext())
    for _ in range(3):
        alarm_clock.set_alarm(cloud.clock(), "soon", NOON + MINUTE)  # is set already
    assert asked == ["soon", "later", "soon"]


def test_the_next_invocation_of_a_process_sets_an_alarm_that_aws_has_lost(cloud: Cloud) -> None:
    alarm_clock.set_alarm(cloud.clock(), "soon", NOON + MINUTE)
    cloud.alarms._known.clear()
    begin(LambdaContext())
    alarm_clock.set_alarm(cloud.clock(), "soon", NOON + MINUTE)
    cloud.now[0] = NOON + MINUTE
    cloud.alarms.fire_due()
    assert cloud.invoked == [("woken", dict(EVENT))]


@pytest.mark.parametrize(
    ("function", "role", "group", "why"),
    [
        ("woken", "alarm", "other", "AccessDeniedException"),
        ("woken", "other-alarm", "woken", "AccessDeniedException"),
        ("woken", "alarm", "missing", "ResourceNotFoundException"),
        ("missing", "alarm", "woken", "ValidationException"),
        ("woken", "not-schedulers", "woken", "ValidationException"),
        ("woken", "of-other", "woken", "ValidationException"),
        ("other", "alarm", "woken", "ValidationException"),
    ],
)
def test_an_alarm_is_refused(cloud: Cloud, function: str, role: str, group: str, why: str) -> None:
    with pytest.raises(AlarmNotSet, match=why):
        alarm_clock.set_alarm(cloud.clock(function, role, group), "name", NOON + MINUTE)
    cloud.now[0] = NOON + 2 * MINUTE
    cloud.alarms.fire_due()
    assert cloud.invoked == []


@pytest.mark.parametrize(
    "changed",
    [
        {"ScheduleExpression": "rate(1 minute)"},
        {"ScheduleExpression": "at(2026-01-09 12:01:00)"},
        {"ScheduleExpressionTimezone": "Europe/Berlin"},
        {"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}},
        {"ActionAfterCompletion": "NONE"},
        {"Target": {"Arn": FUNCTIONS + "woken", "RoleArn": ROLES + "alarm", "Input": "{"}},
    ],
)
def test_a_schedule_that_the_laptop_cloud_would_not_run_as_aws_does_is_refused(
    cloud: Cloud, changed: dict[str, Any]
) -> None:
    known = {
        "Name": "name",
        "GroupName": "woken",
        "ScheduleExpression": "at(2026-01-09T12:01:00)",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {"Arn": FUNCTIONS + "woken", "RoleArn": ROLES + "alarm", "Input": "{}"},
    }
    scheduler = boto3.client("scheduler")
    with pytest.raises(ClientError, match="knows no such schedule"):
        scheduler.create_schedule(**(known | changed))  # type: ignore[arg-type]
    with pytest.raises(ClientError, match="does not support"):
        scheduler.delete_schedule(Name="name", GroupName="woken")
    assert scheduler.create_schedule(**known)["ScheduleArn"] == f"{SCHEDULES}woken/name"  # type: ignore[arg-type]


def test_alarms_outlive_the_laptop_cloud_and_one_that_cannot_fire_is_said(cloud: Cloud) -> None:
    alarm_clock.set_alarm(cloud.clock(), "kept", NOON + MINUTE)
    kept = json.loads(cloud.file.read_text())
    cloud.file.write_text(json.dumps([*kept, {**kept[0], "name": "lost", "function": FUNCTIONS + "gone"}]))
    cloud.now[0] = NOON + 10 * MINUTE
    again = cloud.schedules()
    again.fire_due()
    assert cloud.invoked == [("woken", dict(EVENT))]
    assert cloud.said == ["the schedule lost cannot fire: no such function"]
    assert json.loads(cloud.file.read_text()) == []
    cloud.file.write_text("{}{")
    with pytest.raises(LaptopError, match="not what the laptop cloud wrote"):
        cloud.schedules()


def test_it_fires_by_itself_also_what_is_set_while_it_waits(cloud: Cloud) -> None:
    cloud.alarms.start()
    try:
        alarm_clock.set_alarm(cloud.clock(), "now", NOON)
        deadline = time.monotonic() + 20
        while not cloud.invoked and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        cloud.alarms.stop()
    assert cloud.invoked == [("woken", dict(EVENT))]
