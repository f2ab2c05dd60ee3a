"""Entries in contests as the sites' files have them, and the files themselves."""
