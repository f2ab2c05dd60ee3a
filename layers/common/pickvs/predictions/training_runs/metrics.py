"""Metrics of training."""

from pickvs.core.metrics import Metric

TRAINING_SECONDS = Metric("TrainingSeconds")
GATES_BLOCKED = Metric("GatesBlocked")
