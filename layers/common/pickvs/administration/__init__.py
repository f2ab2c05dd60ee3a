"""What administrators may do to games and results, each act with its reason on record."""
