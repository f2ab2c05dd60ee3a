"""PickVs as a FastAPI application."""
