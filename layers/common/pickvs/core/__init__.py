"""Shared foundation: clock, configuration, database, errors, secrets, logging. Independent of sports."""
