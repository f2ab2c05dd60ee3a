"""Idempotent submissions: a repeated request gets the first response, and nothing is created twice."""
