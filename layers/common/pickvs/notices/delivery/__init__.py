"""Delivery of notices by mail and to webhooks."""
