"""Public profiles: totals, splits, profit curve and latest settled picks."""
