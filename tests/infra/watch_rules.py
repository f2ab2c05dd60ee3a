"""House rules for monitoring."""

import json
import re
from collections.abc import Iterator

from cdk.alarm import RUNBOOK
from tests.infra.assembly import ROOT, Assembly, Resource
from tests.infra.house_rules import Rule, functions_named
from tests.infra.watching import Asked, asked_by_alarm, asked_by_dashboard, is_said, metrics_of

_POINTER = re.compile(rf"{re.escape(RUNBOOK)}: (.+)\.")


def headings() -> set[str]:
    """Return the runbook's headings of all levels."""
    return set(re.findall(r"^#{2,} (.+)$", (ROOT / RUNBOOK).read_text(encoding="utf-8"), re.MULTILINE))


def section_of(alarm: Resource) -> str | None:
    """Return the runbook section named at the end of an alarm's description."""
    found = _POINTER.search(str(alarm.properties.get("AlarmDescription", "")))
    return found[1] if found else None


def _alarms(assembly: Assembly) -> Iterator[Resource]:
    return assembly.resources("AWS::CloudWatch::Alarm")


def alarms_say_what_to_do(assembly: Assembly) -> Iterator[str]:
    known = headings()
    for alarm in _alarms(assembly):
        if (section := section_of(alarm)) not in known:
            yield f"{alarm} names the section {section} of {RUNBOOK}, which is none"


def alarms_are_the_stage_s(assembly: Assembly) -> Iterator[str]:
    """The topic and its key admit only alarms whose names have the stage's prefix."""
    for alarm in _alarms(assembly):
        if not str(alarm.properties.get("AlarmName")).startswith(f"pickvs-{assembly.stage}-"):
            yield f"{alarm} is called {alarm.properties.get('AlarmName')}, and its topic does not hear it"


def alarms_watch_what_is_there(assembly: Assembly) -> Iterator[str]:
    for alarm in _alarms(assembly):
        yield from (f"{alarm} watches {each}" for each in asked_by_alarm(alarm) if not is_said(assembly, each))


def alarms_begin_quietly(assembly: Assembly) -> Iterator[str]:
    """An alarm that treats missing data as breaching would ring on creation, before anything could have happened."""
    for alarm in _alarms(assembly):
        if alarm.properties.get("TreatMissingData") == "breaching":
            yield f"{alarm} rings at once"


def alarms_look_as_far_back_as_they_may(assembly: Assembly) -> Iterator[str]:
    """CloudWatch allows at most a day for periods under an hour, and a week for others."""
    for alarm in _alarms(assembly):
        for period in _periods(alarm):
            if period * alarm.properties["EvaluationPeriods"] > (86_400 if period < 3600 else 604_800):
                yield f"{alarm} looks too far back"


def _periods(alarm: Resource) -> Iterator[int]:
    if "Period" in alarm.properties:
        yield alarm.properties["Period"]
    for each in alarm.properties.get("Metrics", []):
        if "MetricStat" in each:
            yield each["MetricStat"]["Period"]


def dashboards_show_what_is_there(assembly: Assembly) -> Iterator[str]:
    for dashboard in assembly.resources("AWS::CloudWatch::Dashboard"):
        yield from (
            f"{dashboard} shows {each}" for each in asked_by_dashboard(dashboard) if not is_said(assembly, each)
        )


def scheduled_functions_are_watched(assembly: Assembly) -> Iterator[str]:
    errors = _watched(assembly, "AWS/Lambda", "Errors")
    for kind, targets in (("AWS::Events::Rule", "Targets"), ("AWS::Scheduler::Schedule", "Target")):
        for rule in assembly.resources(kind):
            for function in functions_named(assembly, rule.stack, rule.properties[targets]):
                if {"FunctionName": function.properties.get("FunctionName")} not in errors:
                    yield f"{function} fails, and nobody is told"


def rotations_are_watched(assembly: Assembly) -> Iterator[str]:
    """Secrets Manager calls the rotation functions and does not report their failures."""
    errors = _watched(assembly, "AWS/Lambda", "Errors")
    for schedule in assembly.resources("AWS::SecretsManager::RotationSchedule"):
        for function in functions_named(assembly, schedule.stack, schedule.properties["RotationLambdaARN"]):
            if {"FunctionName": function.properties.get("FunctionName")} not in errors:
                yield f"{function} fails, and nobody is told"


def dead_letters_are_watched(assembly: Assembly) -> Iterator[str]:
    lying = _watched(assembly, "AWS/SQS", "ApproximateNumberOfMessagesVisible")
    for queue in assembly.resources("AWS::SQS::Queue"):
        is_last = _is_dead_end(assembly, queue)
        if is_last and {"QueueName": queue.properties.get("QueueName")} not in lying:
            yield f"{queue} fills, and nobody is told"


def _is_dead_end(assembly: Assembly, queue: Resource) -> bool:
    """Return whether the queue gets failed events of a rule, function, schedule, subscription or another queue."""
    ends = ("DeadLetterConfig", "OnFailure", "RedrivePolicy")
    return any(
        f'"{queue.logical_id}"' in json.dumps(each)
        for resource in assembly.resources(stack=queue.stack)
        for each in _values(resource.properties, ends)
    )


def _values(found: object, names: tuple[str, ...]) -> Iterator[object]:
    if isinstance(found, dict):
        for name, value in found.items():
            if name in names:
                yield value
            yield from _values(value, names)
    elif isinstance(found, list):
        for value in found:
            yield from _values(value, names)


def _watched(assembly: Assembly, namespace: str, name: str) -> list[dict[str, object]]:
    """Return the dimensions of a metric of which alarms with an action watch each value by itself.

    That is an alarm on the metric alone, on the maximum of several, or on a sum which any value makes ring.
    """
    found: list[Asked] = [
        each
        for alarm in _alarms(assembly)
        if alarm.properties.get("AlarmActions")
        for each in (_each_by_itself(alarm) if "Metrics" in alarm.properties else asked_by_alarm(alarm))
    ]
    return [each.dimensions for each in found if (each.namespace, each.name) == (namespace, name)]


def _each_by_itself(alarm: Resource) -> Iterator[Asked]:
    formulas = [each["Expression"] for each in alarm.properties["Metrics"] if "Expression" in each]
    how = "(SUM|MAX)" if alarm.properties.get("Threshold") == 1 else "MAX"
    for each, asked in zip(metrics_of(alarm), asked_by_alarm(alarm), strict=True):
        if any(re.fullmatch(rf"{how}\(\[.*\bFILL\({each['Id']}, 0\).*\]\)", formula) for formula in formulas):
            yield asked


WATCH_RULES: tuple[Rule, ...] = (
    alarms_say_what_to_do,
    alarms_are_the_stage_s,
    alarms_watch_what_is_there,
    alarms_begin_quietly,
    alarms_look_as_far_back_as_they_may,
    dashboards_show_what_is_there,
    scheduled_functions_are_watched,
    rotations_are_watched,
    dead_letters_are_watched,
)
