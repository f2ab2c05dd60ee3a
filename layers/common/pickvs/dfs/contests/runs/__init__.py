"""Simulations of contests, in the background."""
