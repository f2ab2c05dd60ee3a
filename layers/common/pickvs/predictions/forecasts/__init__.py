"""Forecasts of games and players: made, published before the lock, and shown."""
