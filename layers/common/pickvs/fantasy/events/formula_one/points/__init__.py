"""The official points of Formula 1, its standings, and the ranking that follows from them."""
