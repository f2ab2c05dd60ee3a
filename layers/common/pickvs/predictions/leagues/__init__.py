"""What differs between the leagues, as data."""
