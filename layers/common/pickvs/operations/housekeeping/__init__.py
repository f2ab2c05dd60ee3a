"""Deletion of rows that nobody needs any more."""
