"""The metric of builds."""

from pickvs.core.metrics import Metric

BUILD_SECONDS = Metric("BuildSeconds")
"""Time from the request of a build to its end."""
