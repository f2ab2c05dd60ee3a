"""Forecasts of games: a trained artefact and a game's features make a joint distribution."""
