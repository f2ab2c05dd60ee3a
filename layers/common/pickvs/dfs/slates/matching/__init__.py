"""Which games, venues and players of a slate the platform knows."""
