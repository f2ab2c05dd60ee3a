"""The kept boards: which there are, and how they follow the ledger."""
