"""Merged games: two listings of one real game, of which one takes its results from the other."""
