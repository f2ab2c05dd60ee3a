"""Public reads of picks: one pick, the explanation of its result, and the ledger of all settled picks."""
