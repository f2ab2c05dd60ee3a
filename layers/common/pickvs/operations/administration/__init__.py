"""Actions of administrators on games and results. Each is recorded with a reason."""
