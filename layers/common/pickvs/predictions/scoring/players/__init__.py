"""How far forecasts of players were from their box scores."""
