"""Manual results: set, correct, void, reopen and regrade games, optionally as a dry run."""
