"""Rotates the passwords of PickVs's database users without downtime."""
