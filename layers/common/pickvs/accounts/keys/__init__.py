"""API keys: credentials for programs, each for a part of what its user may do."""
