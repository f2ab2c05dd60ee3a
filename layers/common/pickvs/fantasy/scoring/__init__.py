"""Points of contestants by a table, with the reason of each."""
