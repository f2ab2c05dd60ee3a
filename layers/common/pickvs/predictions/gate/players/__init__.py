"""The gate of models of players."""
