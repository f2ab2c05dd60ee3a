"""Generates docs/openapi.json from the endpoints, and detects breaking changes between two such documents."""
