"""Sources of weather."""
