"""Metrics of the HTTP layer."""

from pickvs.core.metrics import Metric

SERVER_ERRORS = Metric("ServerErrors")
