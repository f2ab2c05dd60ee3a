"""The jobs that bring statistics in: box scores of games that are over, health of players, and past seasons."""
