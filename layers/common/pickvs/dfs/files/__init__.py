"""Reads and writes the sites' own files and projections. Pure: bytes in, rows and a report out."""
