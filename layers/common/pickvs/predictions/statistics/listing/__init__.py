"""Lists players, and what they and their teams did in each game."""
