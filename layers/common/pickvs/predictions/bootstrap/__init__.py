"""Models that nothing was trained for: what a new stage forecasts with, from the leagues' published parameters."""
