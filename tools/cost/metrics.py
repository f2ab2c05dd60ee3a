"""The platform's own metrics, as far as alarms, dashboards and filters name them: AWS asks for each."""

import json
from collections.abc import Iterator
from typing import Any

from tools.cost.errors import CostError
from tools.cost.inventory import Inventory, Resource

_FOLLOWED = "AWS/"
"""How the namespaces of metrics begin that AWS makes itself, and asks nothing for."""
_ABOVE = "."
"""What stands in a dashboard for the same as in the metric above it."""

type _Metric = tuple[Any, Any, tuple[tuple[Any, Any], ...]]
"""Namespace, name, and dimensions as pairs in the order of their names."""


def own_metrics(inventory: Inventory) -> int:
    """Return how many different metrics are named that AWS does not make. Raises CostError for a broken dashboard."""
    named = {
        *(metric for alarm in inventory.of("AWS::CloudWatch::Alarm") for metric in _of_alarm(alarm)),
        *(metric for filter_ in inventory.of("AWS::Logs::MetricFilter") for metric in _of_filter(filter_)),
        *(metric for board in inventory.of("AWS::CloudWatch::Dashboard") for metric in _of_dashboard(board)),
    }
    return sum(not str(namespace).startswith(_FOLLOWED) for namespace, _, _ in named)


def watched(alarm: Resource) -> list[dict[str, Any]]:
    """Return the queries of an alarm that each watch a metric; none if it is not made of queries."""
    return [query["MetricStat"] for query in alarm.properties.get("Metrics", []) if "MetricStat" in query]


def _of_alarm(alarm: Resource) -> Iterator[_Metric]:
    for metric in (alarm.properties, *(query["Metric"] for query in watched(alarm))):
        if "MetricName" in metric:
            yield _metric(metric.get("Namespace"), metric["MetricName"], metric.get("Dimensions", []))


def _of_filter(filter_: Resource) -> Iterator[_Metric]:
    for made in filter_.properties.get("MetricTransformations", []):
        yield _metric(made.get("MetricNamespace"), made.get("MetricName"), made.get("Dimensions", []))


def _of_dashboard(board: Resource) -> Iterator[_Metric]:
    try:
        widgets = json.loads(_text(board.properties["DashboardBody"]))["widgets"]
    except (KeyError, ValueError):
        raise CostError(f"the body of {board} is no dashboard") from None
    for widget in widgets:
        above: list[str] = []
        for row in widget.get("properties", {}).get("metrics", []):
            words = [word for word in row if isinstance(word, str)]
            if words:
                above = [
                    above[place] if word == _ABOVE and place < len(above) else word for place, word in enumerate(words)
                ]
                pairs = zip(above[2::2], above[3::2], strict=False)
                yield _metric(above[0], above[1], [{"Name": name, "Value": value} for name, value in pairs])


def _metric(namespace: Any, name: Any, dimensions: list[dict[str, Any]]) -> _Metric:
    pairs = sorted((_text(each.get("Key", each.get("Name"))), _text(each.get("Value"))) for each in dimensions)
    return _text(namespace), _text(name), tuple(pairs)


def _text(value: Any) -> str:
    """Return a value as text, each thing that only AWS knows by its name in the template."""
    if isinstance(value, dict):
        ((function, inner),) = value.items()
        if function == "Fn::Join":
            return str(inner[0]).join(_text(part) for part in inner[1])
        return ".".join(inner) if isinstance(inner, list) else str(inner)
    return str(value)
