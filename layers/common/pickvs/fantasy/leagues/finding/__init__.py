"""Finding public leagues by their names."""
