"""Elo ratings, the public baseline."""
