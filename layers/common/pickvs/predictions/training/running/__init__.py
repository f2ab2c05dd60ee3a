"""Does a training run: reads the facts, walks forward, trains, judges and registers."""
