"""Ratings of teams that move with every result."""
