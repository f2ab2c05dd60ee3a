"""Finished contests: what was simulated beside what happened."""
