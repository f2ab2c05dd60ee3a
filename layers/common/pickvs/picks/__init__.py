"""Picks from submission to result: locks, grading and the settlement ledger."""
