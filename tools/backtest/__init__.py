"""`make backtest`: walk through seasons, forecast each game from its past only, and say how good that was."""
