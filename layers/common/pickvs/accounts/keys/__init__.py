"""API keys: credentials for programs, limited to scopes."""
