"""Metrics of due work."""

from pickvs.core.metrics import Metric

WORK_GIVEN_UP = Metric("WorkGivenUp")
