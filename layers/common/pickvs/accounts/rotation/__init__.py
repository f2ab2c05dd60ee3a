"""Rotation of the token signing keys, which logs no one out."""
