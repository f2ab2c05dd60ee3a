"""What waits for an administrator: events that belong to no game, names taken for teams, and games in review."""
