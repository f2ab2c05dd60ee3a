"""Boards of fantasy leagues: kept from results, picks and substitutions, and shown with a reason for every point."""
