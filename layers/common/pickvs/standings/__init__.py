"""Who stands where: totals from the settlement ledger, ranks, boards."""
