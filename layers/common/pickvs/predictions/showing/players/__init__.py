"""Forecasts of players as they are shown."""
