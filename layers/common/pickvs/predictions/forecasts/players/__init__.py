"""Forecasts of players."""
