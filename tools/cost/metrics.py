"""The platform's own metrics: AWS asks for each name with each combination of dimensions.

It asks for the hours of a month in which something is written (CloudWatch user guide, "Analyzing, optimizing, and
reducing CloudWatch costs"): a metric of a daily run costs a twenty-fourth of one that is written all day.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from cdk.metrics import DIMENSIONS, NAMESPACE, Dimension, Metric
from tools.cost.errors import CostError
from tools.cost.inventory import Inventory, Resource
from tools.cost.schedules import HOURS_OF_MONTH

_FOLLOWED = "AWS/"
"""How the namespaces of metrics begin that AWS makes itself, and asks nothing for."""
_ABOVE = "."
"""What stands in a dashboard for the same as in the metric above it."""

WRITTEN_BY: Mapping[str, frozenset[Metric]] = MappingProxyType(
    {
        "fetch_odds": frozenset(
            {
                Metric.RUNS,
                Metric.FAILED_RUNS,
                Metric.GAMES_SEEN,
                Metric.ODDS_WRITTEN,
                Metric.QUOTES_MADE,
                Metric.PICKS_GRADED,
                Metric.GAMES_SETTLED,
                Metric.CREDITS_REMAINING,
            }
        ),
        "process_results": frozenset(
            {
                Metric.RUNS,
                Metric.FAILED_RUNS,
                Metric.PICKS_GRADED,
                Metric.GAMES_SETTLED,
                Metric.CREDITS_REMAINING,
            }
        ),
        "back_up": frozenset({Metric.EXPORTS, Metric.EXPORTED_BYTES}),
        "measure": frozenset(
            {
                Metric.DATABASE_REACHABLE,
                Metric.ODDS_AGE,
                Metric.RESULTS_AGE,
                Metric.UNSETTLED_GAMES,
                Metric.SETTLE_DELAY,
                Metric.CLV_COVERAGE,
                Metric.PICKS_LAST_DAY,
                Metric.PICKS_SETTLED_LAST_DAY,
                Metric.PICKERS_LAST_DAY,
            }
        ),
        "canary": frozenset({Metric.CANARY_FAILURES, Metric.CANARY_STEPS}),
    }
)
"""What each scheduled function writes in a run, by its name without the stage. What is written only when something
fails (`ServerErrors`) is not counted."""

type _Metric = tuple[Any, Any, tuple[tuple[Any, Any], ...]]
"""Namespace, name, and dimensions as pairs in the order of their names."""


def metrics_of_schedules(runs: Iterable[tuple[str, float]]) -> float:
    """Return the metrics that scheduled functions write, each as its part of a month.

    `runs`: full names of functions, with their runs in a month. No two runs are taken to be in the same hour, as far as
    a month has hours.
    """
    written: dict[tuple[Metric, str], float] = defaultdict(float)
    for full_name, times in runs:
        job = full_name.rsplit("-", 1)[-1]
        for metric in WRITTEN_BY.get(job, ()):
            written[metric, job if Dimension.JOB in DIMENSIONS[metric] else ""] += times / HOURS_OF_MONTH
    return sum(min(part, 1) for part in written.values())


def other_metrics(inventory: Inventory) -> int:
    """Return how many metrics alarms, dashboards and filters name that neither AWS nor the functions' code writes.

    They are counted as if they were written all month. Raises CostError for a broken dashboard.
    """
    named = {
        *(metric for alarm in inventory.of("AWS::CloudWatch::Alarm") for metric in _of_alarm(alarm)),
        *(metric for filter_ in inventory.of("AWS::Logs::MetricFilter") for metric in _of_filter(filter_)),
        *(metric for board in inventory.of("AWS::CloudWatch::Dashboard") for metric in _of_dashboard(board)),
    }
    return sum(
        not str(namespace).startswith(_FOLLOWED) and not (namespace == NAMESPACE and name in set(Metric))
        for namespace, name, _ in named
    )


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
