"""What every feature stands on: clock, configuration, database, errors, secrets, logging. Knows nothing of sports."""
