"""Records what sources say of games that are over: box scores by the fail-closed rule, past games, kinds of games."""
