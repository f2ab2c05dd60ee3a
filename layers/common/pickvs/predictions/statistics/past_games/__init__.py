"""Records games that were over before the platform, with the market's closing lines, from a person's table."""
