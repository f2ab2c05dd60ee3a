"""Box scores as values: what a sport counts, when a box score is final, and how two of them compare."""
