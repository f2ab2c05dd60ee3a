"""A user who is none: goes through the deployed API over HTTP alone, and says how far that went."""
