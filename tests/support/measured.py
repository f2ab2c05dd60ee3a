"""The metrics of a function: parses the CloudWatch Embedded Metric Format lines that it prints.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from pickvs.core.metrics import Metric
from pickvs.core.platform import platform

STAGE = "test"


@dataclass(frozen=True)
class Measured:
    metric: Metric
    value: float
    unit: str
    dimensions: dict[str, str]


def measured(printed: str) -> list[Measured]:
    """Return the values in `printed`, in order. Asserts that each line has its metric's dimensions and nothing else."""
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith('{"_aws"')]
    return [value for line in lines for value in _of(line)]


def _of(line: dict[str, Any]) -> Iterator[Measured]:
    head = line["_aws"]
    assert isinstance(head["Timestamp"], int)
    [group] = head["CloudWatchMetrics"]
    assert set(group) == {"Namespace", "Dimensions", "Metrics"}
    assert group["Namespace"] == platform().metrics_namespace
    [names] = group["Dimensions"]
    dimensions = {name: line[name] for name in names}
    assert dimensions["stage"] == STAGE
    assert set(line) == {"_aws", *names, *(each["Name"] for each in group["Metrics"])}
    for each in group["Metrics"]:
        metric = Metric(each["Name"])
        assert set(names) == metric.dimensions, metric
        [value] = line[metric.name]
        assert math.isfinite(value)
        yield Measured(metric, value, each["Unit"], dimensions)


def values(printed: str) -> dict[str, float]:
    """Return each metric's value by name. Each metric must occur once."""
    found = measured(printed)
    assert len({each.metric for each in found}) == len(found)
    return {each.metric.name: each.value for each in found}


def measuring(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """Write metrics as in a deployed function. Return a function that returns and clears the output so far."""
    monkeypatch.setenv("PICKVS_STAGE", STAGE)
    capsys.readouterr()
    return lambda: capsys.readouterr().out
