"""Fantasy leagues: members draft contestants before each event, and score with them."""
