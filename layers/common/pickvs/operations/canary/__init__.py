"""Synthetic canary. Exercises the deployed API over HTTP and reports the last step that succeeded."""
