"""Which changes of a game users are told of. Pure."""

from datetime import timedelta

LEAST_MOVE = timedelta(minutes=5)
"""Smallest distance from the start that users with picks on a game know at which they are told of another one."""
