"""Seats, and who scores in place of whom."""
