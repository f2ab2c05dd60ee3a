"""Ratings of teams as they are shown."""
