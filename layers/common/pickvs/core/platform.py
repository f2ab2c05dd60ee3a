"""Values that the functions and the deployment share: metric names and security headers.

Both read them from `platform.json`, in the root of this package.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

_FILE = f"{__file__.rpartition('/core/')[0]}/platform.json"


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """Definition of a metric. dimensions: names of its dimensions besides the stage."""

    unit: str
    dimensions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Platform:
    """Contents of `platform.json`."""

    metrics_namespace: str
    """CloudWatch namespace of all metrics."""
    metrics: Mapping[str, MetricFacts]
    security_headers: Mapping[str, str]


@cache
def platform() -> Platform:
    """Return the contents of `platform.json`, read once and cached."""
    with open(_FILE, "rb") as file:  # noqa: PTH123 - some endpoints do not import pathlib
        said = json.load(file)
    metrics = {
        name: MetricFacts(facts["unit"], frozenset(facts.get("dimensions", ())))
        for name, facts in said["metrics"].items()
    }
    return Platform(said["metrics_namespace"], metrics, said["security_headers"])
