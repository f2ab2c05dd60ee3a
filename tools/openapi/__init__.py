"""Makes docs/openapi.json from the endpoints themselves, and compares two such documents."""
