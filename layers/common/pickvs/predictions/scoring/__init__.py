"""How far forecasts were from what happened, and whether they have become worse."""
