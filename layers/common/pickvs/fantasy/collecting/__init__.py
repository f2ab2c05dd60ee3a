"""Brings in what sources and administrators say of races, and lets drafts and boards follow in the same transaction."""
