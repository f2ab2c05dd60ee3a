"""Metrics of every job run."""

from pickvs.core.metrics import Metric

RUNS = Metric("Runs")
FAILED_RUNS = Metric("FailedRuns")
SKIPPED_SHARE = Metric("SkippedShare")
