"""Grading and the settlement ledger: from a game's result to every pick's result, all at once."""
