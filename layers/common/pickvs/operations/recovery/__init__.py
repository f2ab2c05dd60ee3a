"""Exports the whole database, and restores an export into an empty one. Knows tables and columns, not sports."""
