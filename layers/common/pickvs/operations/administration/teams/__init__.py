"""What administrators do to teams."""
