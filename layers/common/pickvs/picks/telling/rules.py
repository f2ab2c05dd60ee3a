"""Which changes of a game users are told of. Pure."""

from datetime import timedelta

LEAST_MOVE = timedelta(minutes=5)
"""Smallest change of a game's start that users with picks on it are told of."""
