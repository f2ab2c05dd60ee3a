"""Statistics: what players and teams did in each game, by what sources say, and what is wrong with it."""
