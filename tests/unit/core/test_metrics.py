"""Metrics: one line per emission, with the names that the deployment expects. A failure never disturbs the work."""

import json
import sys
from decimal import Decimal

import pytest

from pickvs.core import logging as log
from pickvs.core import redaction
from pickvs.core.metrics import Metric, emit
from pickvs.core.platform import platform
from tests.support.logs import logged
from tests.support.measured import STAGE, Measured, measured, measuring

EXTRA = {
    "function": "create_picks",
    "job": "fetch_odds",
    "sport": "basketball_nba",
    "market": "total",
    "channel": "email",
    "kind": "closing",
}
DIMENSIONS = {
    "ServerErrors": {"function"},
    "Runs": {"job"},
    "FailedRuns": {"job"},
    "SkippedShare": {"job"},
    "WorkGivenUp": {"job"},
    "NoticesSent": {"channel"},
    "DeliveryFailures": {"channel"},
    "DeliveriesGivenUp": {"channel"},
    "DeliveriesSuppressed": {"channel"},
    "OddsAge": {"sport", "market"},
    "ResultsAge": {"sport"},
    "CreditNeedsGivenUp": {"kind"},
    **dict.fromkeys(
        (
            *("TrainingSeconds", "TrainingAge", "ForecastsPublished", "MinutesBeforeTipOff", "PredictionsScored"),
            *("LineDistance", "InputShift", "LossCusum", "PlayerCover", "InjuriesAge"),
        ),
        frozenset({"sport"}),
    ),
}
UNITS = {
    "OddsAge": "Seconds",
    "ResultsAge": "Seconds",
    "SettleDelay": "Seconds",
    "ExportedBytes": "Bytes",
    "ClvCoverage": "Percent",
    "SkippedShare": "Percent",
    "TrainingSeconds": "Seconds",
    "TrainingAge": "Seconds",
    "LineDistance": "None",
    "InputShift": "None",
    "LossCusum": "None",
    "PlayerCover": "Percent",
    "AutopickShare": "Percent",
    **dict.fromkeys(("DraftOverdue", "TickLateness", "FantasyReviewAge", "ProvisionalResultAge"), "Seconds"),
    "BuildSeconds": "Seconds",
    "InjuriesAge": "Seconds",
}
CREDITS_REMAINING = Metric("CreditsRemaining")
FAILED_RUNS = Metric("FailedRuns")
GAMES_SEEN = Metric("GamesSeen")
ODDS_WRITTEN = Metric("OddsWritten")
QUOTES_MADE = Metric("QuotesMade")
RUNS = Metric("Runs")
SERVER_ERRORS = Metric("ServerErrors")


@pytest.fixture
def printed(monkeypatch, capsys):
    return measuring(monkeypatch, capsys)


def dimensions_of(metric: Metric) -> dict[str, str]:
    return {name: value for name, value in EXTRA.items() if name in metric.dimensions}


def test_a_metric_that_the_platform_does_not_have_cannot_be_made():
    with pytest.raises(ValueError, match="no metric GamesSen"):
        Metric("GamesSen")


def test_all_of_them_are_of_one_namespace_and_told_apart_as_alarms_ask_for_them():
    assert platform().metrics_namespace == "PickVs"
    for name in platform().metrics:
        assert Metric(name).dimensions == {"stage"} | DIMENSIONS.get(name, set()), name


@pytest.mark.parametrize("metric", [Metric(name) for name in platform().metrics], ids=str)
def test_a_value_is_one_line_with_its_unit_and_its_metric_s_dimensions(printed, metric):
    emit({metric: 12}, **dimensions_of(metric))
    unit = UNITS.get(metric.name, "Count")
    [line] = printed().splitlines()
    assert measured(line) == [Measured(metric, 12.0, unit, {"stage": STAGE, **dimensions_of(metric)})]


def test_several_values_share_a_line_and_nothing_stays_for_the_next(printed):
    emit({RUNS: 1, FAILED_RUNS: 0}, job="fetch_odds")
    emit({ODDS_WRITTEN: 360})
    first, second = printed().splitlines()
    assert [(each.metric, each.value) for each in measured(first)] == [(RUNS, 1), (FAILED_RUNS, 0)]
    assert set(json.loads(second)) == {"_aws", "stage", "OddsWritten"}


def test_the_function_s_name_is_no_dimension_of_what_is_the_platform_s(printed, monkeypatch):
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "fetch_odds")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Elsewhere")
    emit({CREDITS_REMAINING: 488})
    assert [each.dimensions for each in measured(printed())] == [{"stage": STAGE}]


@pytest.mark.parametrize("value", [-60, 0, 2.5, Decimal("66.67"), True])
def test_a_value_may_be_negative_and_need_not_be_whole(printed, value):
    emit({CREDITS_REMAINING: value})
    assert [each.value for each in measured(printed())] == [float(value)]


def test_what_is_not_known_is_left_out_and_nothing_known_is_no_line(printed):
    emit({GAMES_SEEN: 7, CREDITS_REMAINING: None})
    assert [each.metric for each in measured(printed())] == [GAMES_SEEN]
    emit({CREDITS_REMAINING: None})
    emit({})
    assert printed() == ""


def test_outside_of_a_stage_nothing_is_measured(printed, monkeypatch):
    monkeypatch.delenv("PICKVS_STAGE")
    emit({GAMES_SEEN: 7})
    assert printed() == ""


class Full:
    """A standard output that rejects every write."""

    def write(self, _: str) -> int:
        raise OSError(28, "No space left on device")

    def flush(self) -> None:
        raise OSError(28, "No space left on device")


def test_what_cannot_be_written_is_told_and_stops_nothing(printed, monkeypatch):
    with logged() as lines:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", Full())
            emit({GAMES_SEEN: 7, ODDS_WRITTEN: 360})
        emit({GAMES_SEEN: "many"})  # type: ignore[dict-item]
    emit({QUOTES_MADE: 6})
    assert [each.metric for each in measured(printed())] == [QUOTES_MADE]
    first, second = lines()
    assert (first["level"], first["message"]) == ("ERROR", "metrics not written")
    assert first["metrics"] == ["GamesSeen", "OddsWritten"]
    assert "No space left" in first["error"]
    assert "not a valid number" in second["error"]


def test_nothing_of_the_environment_is_in_a_line(printed, monkeypatch):
    monkeypatch.setattr(redaction, "_hidden", {"4f1c0ffee-the-key"})
    monkeypatch.setenv("ODDS_API_KEY", "4f1c0ffee-the-key")
    with logged() as lines:
        log.logger().append_keys(token="4f1c0ffee-the-key")
        emit({SERVER_ERRORS: 1}, function="create_picks")
        log.logger().remove_keys(["token"])
    text = printed()
    assert set(json.loads(text)) == {"_aws", "stage", "function", "ServerErrors"}
    assert "4f1c0ffee" not in text
    assert lines() == []
