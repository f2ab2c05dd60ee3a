"""Measures of forecasts: how good they were, how honest, whether they drift."""
