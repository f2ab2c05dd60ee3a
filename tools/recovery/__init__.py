"""Restores an export of the database from a machine that reaches it."""
