"""Metrics of deliveries."""

from pickvs.core.metrics import Metric

NOTICES_SENT = Metric("NoticesSent")
DELIVERY_FAILURES = Metric("DeliveryFailures")
DELIVERIES_GIVEN_UP = Metric("DeliveriesGivenUp")
DELIVERIES_SUPPRESSED = Metric("DeliveriesSuppressed")
