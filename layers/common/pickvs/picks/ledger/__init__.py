"""Picks for others to read: one pick, the sum behind its result, and the public ledger of all that are settled."""
