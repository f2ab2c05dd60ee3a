"""The model of games: what it remembers of a league, and what it forecasts from that."""
