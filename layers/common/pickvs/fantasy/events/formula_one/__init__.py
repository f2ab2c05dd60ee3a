"""Formula 1: the only place that knows this sport."""
