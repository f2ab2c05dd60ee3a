"""The models' board: everybody who forecasts games, on the same games and by the same measures."""
