"""Exact lineups: automaton, best lineups, portfolios, proofs."""
