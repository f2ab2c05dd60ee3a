"""Builds: lineups that a user has built from a set of projections, in the background."""
