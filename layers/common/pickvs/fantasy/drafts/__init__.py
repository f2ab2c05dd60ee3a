"""Drafts: slots, turns, clock, and the acts that record what happened. Of any sport."""
