"""Metrics: one line each time, with the names that the deployment asks for, and never at the cost of the work."""

import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import cdk.metrics as deployed
from pickvs.core import logging as log
from pickvs.core import metrics
from pickvs.core.metrics import DIMENSIONS, Dimension, Metric, emit
from tests.support.logs import logged
from tests.support.measured import STAGE, Measured, measured, measuring

EXTRA = {Dimension.FUNCTION: "create_picks", Dimension.JOB: "fetch_odds"}
UNITS = {
    "OddsAge": "Seconds",
    "ResultsAge": "Seconds",
    "SettleDelay": "Seconds",
    "ExportedBytes": "Bytes",
    "ClvCoverage": "Percent",
}


@pytest.fixture
def printed(monkeypatch, capsys):
    return measuring(monkeypatch, capsys)


def dimensions_of(metric: Metric) -> dict[str, str]:
    return {name: value for name, value in EXTRA.items() if name in DIMENSIONS[metric]}


def test_the_deployment_asks_for_what_the_functions_write():
    assert deployed.NAMESPACE == metrics.NAMESPACE == "PickVs"
    for ours, theirs in ((Metric, deployed.Metric), (Dimension, deployed.Dimension)):
        assert {each.name: each.value for each in ours} == {each.name: each.value for each in theirs}
    assert {name.value: {each.value for each in of_it} for name, of_it in DIMENSIONS.items()} == {
        name.value: {each.value for each in of_it} for name, of_it in deployed.DIMENSIONS.items()
    }


def test_a_metric_is_described_alike_on_both_sides():
    sources = [Path(module.__file__).read_text(encoding="utf-8") for module in (metrics, deployed)]
    ours, theirs = (text[text.index("class Dimension") : text.index('"""The dimensions that')] for text in sources)
    assert ours == theirs


@pytest.mark.parametrize("metric", Metric)
def test_a_value_is_one_line_with_its_unit_and_its_metric_s_dimensions(printed, metric):
    emit({metric: 12}, **dimensions_of(metric))
    unit = UNITS.get(metric.value, "Count")
    [line] = printed().splitlines()
    assert measured(line) == [Measured(metric, 12.0, unit, {"stage": STAGE, **dimensions_of(metric)})]


def test_several_values_share_a_line_and_nothing_stays_for_the_next(printed):
    emit({Metric.RUNS: 1, Metric.FAILED_RUNS: 0}, job="fetch_odds")
    emit({Metric.ODDS_WRITTEN: 360})
    first, second = printed().splitlines()
    assert [(each.metric, each.value) for each in measured(first)] == [(Metric.RUNS, 1), (Metric.FAILED_RUNS, 0)]
    assert set(json.loads(second)) == {"_aws", "stage", "OddsWritten"}


def test_the_function_s_name_is_no_dimension_of_what_is_the_platform_s(printed, monkeypatch):
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "fetch_odds")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Elsewhere")
    emit({Metric.CREDITS_REMAINING: 488})
    assert [each.dimensions for each in measured(printed())] == [{"stage": STAGE}]


@pytest.mark.parametrize("value", [-60, 0, 2.5, Decimal("66.67"), True])
def test_a_value_may_be_negative_and_need_not_be_whole(printed, value):
    emit({Metric.CREDITS_REMAINING: value})
    assert [each.value for each in measured(printed())] == [float(value)]


def test_what_is_not_known_is_left_out_and_nothing_known_is_no_line(printed):
    emit({Metric.GAMES_SEEN: 7, Metric.CREDITS_REMAINING: None})
    assert [each.metric for each in measured(printed())] == [Metric.GAMES_SEEN]
    emit({Metric.CREDITS_REMAINING: None})
    emit({})
    assert printed() == ""


def test_outside_of_a_stage_nothing_is_measured(printed, monkeypatch):
    monkeypatch.delenv("PICKVS_STAGE")
    emit({Metric.GAMES_SEEN: 7})
    assert printed() == ""


class Full:
    """A standard output that takes nothing."""

    def write(self, _: str) -> int:
        raise OSError(28, "No space left on device")

    def flush(self) -> None:
        raise OSError(28, "No space left on device")


def test_what_cannot_be_written_is_told_and_stops_nothing(printed, monkeypatch):
    with logged() as lines:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", Full())
            emit({Metric.GAMES_SEEN: 7, Metric.ODDS_WRITTEN: 360})
        emit({Metric.GAMES_SEEN: "many"})  # type: ignore[dict-item]
    emit({Metric.QUOTES_MADE: 6})
    assert [each.metric for each in measured(printed())] == [Metric.QUOTES_MADE]
    first, second = lines()
    assert (first["level"], first["message"]) == ("ERROR", "metrics not written")
    assert first["metrics"] == ["GamesSeen", "OddsWritten"]
    assert "No space left" in first["error"]
    assert "not a valid number" in second["error"]


def test_nothing_of_the_environment_is_in_a_line(printed, monkeypatch):
    monkeypatch.setattr(log, "_hidden", {"4f1c0ffee-the-key"})
    monkeypatch.setenv("ODDS_API_KEY", "4f1c0ffee-the-key")
    with logged() as lines:
        log.logger().append_keys(token="4f1c0ffee-the-key")
        emit({Metric.SERVER_ERRORS: 1}, function="create_picks")
        log.logger().remove_keys(["token"])
    text = printed()
    assert set(json.loads(text)) == {"_aws", "stage", "function", "ServerErrors"}
    assert "4f1c0ffee" not in text
    assert lines() == []
