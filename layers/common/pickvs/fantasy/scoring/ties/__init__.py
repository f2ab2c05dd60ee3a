"""Ranks of an event and of a season."""
