"""What a function measured: the lines of CloudWatch's Embedded Metric Format that it printed, read as CloudWatch does.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from pickvs.core.metrics import DIMENSIONS, NAMESPACE, Metric

STAGE = "test"


@dataclass(frozen=True)
class Measured:
    metric: Metric
    value: float
    unit: str
    dimensions: dict[str, str]


def measured(printed: str) -> list[Measured]:
    """The values in what was printed, in order; each has its metric's own dimensions, and nothing else is in a line."""
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith('{"_aws"')]
    return [value for line in lines for value in _of(line)]


def _of(line: dict[str, Any]) -> Iterator[Measured]:
    head = line["_aws"]
    assert isinstance(head["Timestamp"], int)
    [group] = head["CloudWatchMetrics"]
    assert set(group) == {"Namespace", "Dimensions", "Metrics"}
    assert group["Namespace"] == NAMESPACE
    [names] = group["Dimensions"]
    dimensions = {name: line[name] for name in names}
    assert dimensions["stage"] == STAGE
    assert set(line) == {"_aws", *names, *(each["Name"] for each in group["Metrics"])}
    for each in group["Metrics"]:
        metric = Metric(each["Name"])
        assert set(names) == DIMENSIONS[metric], metric
        [value] = line[metric]
        assert math.isfinite(value)
        yield Measured(metric, value, each["Unit"], dimensions)


def values(printed: str) -> dict[str, float]:
    """Each metric's value by its name; for what is measured once."""
    found = measured(printed)
    assert len({each.metric for each in found}) == len(found)
    return {each.metric.value: each.value for each in found}


def measuring(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """Let metrics be written as in a deployed function; returns what gives, and forgets, what was printed so far."""
    monkeypatch.setenv("PICKVS_STAGE", STAGE)
    capsys.readouterr()
    return lambda: capsys.readouterr().out
