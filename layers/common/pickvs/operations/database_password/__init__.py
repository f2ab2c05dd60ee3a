"""Rotates PickVs's own database password without downtime."""
