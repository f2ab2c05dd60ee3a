"""Whether forecasts or their inputs have changed."""
