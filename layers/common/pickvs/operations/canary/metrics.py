"""Metrics of the canary."""

from pickvs.core.metrics import Metric

CANARY_FAILURES = Metric("CanaryFailures")
CANARY_STEPS = Metric("CanarySteps")
