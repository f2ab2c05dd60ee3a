"""Standings: totals from the settlement ledger, ranks and boards."""
