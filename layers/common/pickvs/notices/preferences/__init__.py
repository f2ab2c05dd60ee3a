"""What a user wants to be told, and by which way."""
