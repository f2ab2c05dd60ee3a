"""Rate limits of registration, login, session refresh and password checks, counted in the database."""
