"""Changes of passwords: by who knows it, and by who has forgotten it and reads the account's mail."""
