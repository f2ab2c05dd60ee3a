"""Restores an export into a database that this machine can reach."""
