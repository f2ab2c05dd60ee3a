"""Exports of the whole database, and their way back into an empty one. Knows tables and columns, nothing of sports."""
