"""The metric of ticks."""

from pickvs.core.metrics import Metric

TICK_LATENESS = Metric("TickLateness")
