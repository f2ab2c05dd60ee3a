"""Makes events of a table of past games, by which the function `operator` records them."""
