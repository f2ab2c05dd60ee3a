"""Rate limits of signing in and of what users do, counted in the database."""
