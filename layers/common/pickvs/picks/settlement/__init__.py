"""Settlement: grades all picks of a game from its result, and writes the ledger."""
