"""Metrics of exports."""

from pickvs.core.metrics import Metric

EXPORTS = Metric("Exports")
EXPORTED_BYTES = Metric("ExportedBytes")
