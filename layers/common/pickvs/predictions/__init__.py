"""Statistics, models and forecasts that nobody can change afterwards."""
