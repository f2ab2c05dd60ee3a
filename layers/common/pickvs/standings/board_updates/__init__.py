"""Maintains the stored boards from the ledger."""
