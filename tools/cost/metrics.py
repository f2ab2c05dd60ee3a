"""Custom metrics of the platform. AWS bills each name with each combination of dimensions as one metric.

It bills only the hours of a month in which a value is written (CloudWatch user guide, "Analyzing, optimizing, and
reducing CloudWatch costs"): a metric of a daily run costs a twenty-fourth of one that is written all day.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import prod
from types import MappingProxyType
from typing import Any

from cdk.platform_names import METRICS, METRICS_NAMESPACE, dimensions_of
from cdk.watched import CHANNELS, KINDS_GIVEN_UP, MARKETS
from tools.cost.errors import CostError
from tools.cost.inventory import Inventory, Resource
from tools.cost.schedules import HOURS_OF_MONTH

_FOLLOWED = "AWS/"
"""Prefix of the namespaces of AWS's own metrics, which are free."""
_ABOVE = "."
"""Dashboard notation for the same value as in the metric above."""

WRITTEN_BY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "fetch_odds": frozenset(
            {
                "Runs",
                "FailedRuns",
                "SkippedShare",
                "GamesSeen",
                "OddsWritten",
                "QuotesMade",
                "PicksGraded",
                "GamesSettled",
                "EventsInReview",
                "UnknownTeamNames",
                "CreditsRemaining",
                "CreditsForecast",
                "CreditsSpare",
                "CreditNeedsGivenUp",
            }
        ),
        "process_results": frozenset(
            {
                "Runs",
                "FailedRuns",
                "SkippedShare",
                "PicksGraded",
                "GamesSettled",
                "EventsInReview",
                "UnknownTeamNames",
                "CreditsRemaining",
                "SourcesOff",
                "PredictionsScored",
                "LineDistance",
                "InputShift",
                "LossCusum",
                "PlayerCover",
                "ForecastsDrifted",
                "CreditsForecast",
                "CreditsSpare",
                "CreditNeedsGivenUp",
            }
        ),
        "back_up": frozenset({"Exports", "ExportedBytes"}),
        "housekeeping": frozenset({"WorkGivenUp"}),
        "ingest_stats": frozenset(
            {
                "Runs",
                "FailedRuns",
                "SkippedShare",
                "WorkGivenUp",
                "BoxScores",
                "BoxScoresInReview",
                "StatsErrorsWaiting",
                "StatsSourcesOff",
            }
        ),
        "predict": frozenset(
            {
                "WorkGivenUp",
                "ForecastsPublished",
                "ForecastInvariantsBroken",
                "SlatesWithoutForecasts",
                "MinutesBeforeTipOff",
            }
        ),
        "collect_f1": frozenset({"Runs", "FailedRuns", "SkippedShare", "WorkGivenUp"}),
        "tick_drafts": frozenset({"WorkGivenUp", "TickLateness"}),
        "build_lineups": frozenset({"WorkGivenUp", "BuildSeconds"}),
        "simulate_contest": frozenset({"WorkGivenUp"}),
        "fetch_weather": frozenset({"Runs", "FailedRuns", "SkippedShare", "WorkGivenUp"}),
        "fetch_dfs_slates": frozenset({"Runs", "FailedRuns", "SkippedShare", "WorkGivenUp"}),
        "ingest_injuries": frozenset(
            {"Runs", "FailedRuns", "SkippedShare", "InjuryStatuses", "InjuriesAge", "WorkGivenUp"}
        ),
        "train": frozenset({"Runs", "FailedRuns", "TrainingSeconds", "GatesBlocked"}),
        "deliver_notices": frozenset({"NoticesSent", "DeliveryFailures", "DeliveriesGivenUp", "DeliveriesSuppressed"}),
        "measure": frozenset(
            {
                "DatabaseReachable",
                "OddsAge",
                "ResultsAge",
                "UnsettledGames",
                "SettleDelay",
                "ClvCoverage",
                "PicksGradedLastWeek",
                "TrainingAge",
                "PicksLastDay",
                "PicksSettledLastDay",
                "PickersLastDay",
                "OpenDrafts",
                "AutopickShare",
                "DraftOverdue",
                "FantasyReviewAge",
                "ProvisionalResultAge",
            }
        ),
        "canary": frozenset({"CanaryFailures", "CanarySteps"}),
    }
)
"""Metrics that each scheduled function writes in a run, by its name without the stage. Metrics that are written only on
failures (`ServerErrors`) are not counted. `SourcesOff` is, although only stages with a second source write it."""

type _Metric = tuple[Any, Any, tuple[tuple[Any, Any], ...]]
"""Namespace, name, and dimensions as pairs sorted by name."""


def sports_of(inventory: Inventory) -> int:
    """Return the number of sports whose data the stage's functions fetch. 1 if no function says."""
    environments = (each.properties.get("Environment", {}) for each in inventory.of("AWS::Lambda::Function"))
    named = (each.get("Variables", {}).get("ODDS_API_SPORTS", "") for each in environments)
    return max(1, *(len(sports.split(",")) for sports in named))


def metrics_of_schedules(runs: Iterable[tuple[str, float]], *, sports: int) -> float:
    """Return the number of metrics that scheduled functions write, each counted as its share of a month.

    `runs`: full names of functions, with their runs per month. All runs are assumed to be in different hours, up to the
    number of hours in a month. `sports`: number of sports, each with its own metric where a metric has that dimension.
    """
    written: dict[tuple[str, str], float] = defaultdict(float)
    for full_name, times in runs:
        job = full_name.rsplit("-", 1)[-1]
        for metric in WRITTEN_BY.get(job, ()):
            written[metric, job if "job" in dimensions_of(metric) else ""] += times / HOURS_OF_MONTH
    return sum(min(part, 1) * _variants(metric, sports) for (metric, _), part in written.items())


def _variants(metric: str, sports: int) -> int:
    """Return the number of metrics by the dimensions sport, market, channel and kind."""
    dimensions = dimensions_of(metric)
    variants = {"sport": sports, "market": len(MARKETS), "channel": len(CHANNELS), "kind": len(KINDS_GIVEN_UP)}
    return prod(number for name, number in variants.items() if name in dimensions)


def other_metrics(inventory: Inventory) -> int:
    """Return the number of metrics in alarms, dashboards and filters that neither AWS nor the functions write.

    They are counted as if written all month. Raises CostError for an invalid dashboard.
    """
    named = {
        *(metric for alarm in inventory.of("AWS::CloudWatch::Alarm") for metric in _of_alarm(alarm)),
        *(metric for filter_ in inventory.of("AWS::Logs::MetricFilter") for metric in _of_filter(filter_)),
        *(metric for board in inventory.of("AWS::CloudWatch::Dashboard") for metric in _of_dashboard(board)),
    }
    return sum(
        not str(namespace).startswith(_FOLLOWED) and not (namespace == METRICS_NAMESPACE and name in METRICS)
        for namespace, name, _ in named
    )


def watched(alarm: Resource) -> list[dict[str, Any]]:
    """Return the queries of an alarm that each watch a metric. Empty if the alarm has no queries."""
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
    """Return a value as text. A value that only AWS knows is given by its name in the template."""
    if isinstance(value, dict):
        ((function, inner),) = value.items()
        if function == "Fn::Join":
            return str(inner[0]).join(_text(part) for part in inner[1])
        return ".".join(inner) if isinstance(inner, list) else str(inner)
    return str(value)
