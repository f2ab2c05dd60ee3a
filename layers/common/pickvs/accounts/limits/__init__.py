"""How often accounts may be opened, passwords guessed and sessions continued, counted in the database."""
