"""Distributions that forecasts are, and their scores."""
