"""Projections that PickVs makes from its own forecasts: minutes times rate, the market's line, and who is hurt."""
