"""The sources of Formula 1: their clients, the questions to them, and their answers as a whole."""
