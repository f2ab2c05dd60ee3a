"""Forecasts as they are shown: rows, and probabilities at any line. Loads no model."""
