"""Merges of two listings of one game."""
