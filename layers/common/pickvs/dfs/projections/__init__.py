"""Projections: what the players of a slate are expected to score. A set never changes; an edit makes another one."""
