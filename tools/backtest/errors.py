"""What stops a backtest."""


class BacktestError(Exception):
    """The tables or the wishes allow no backtest. The text is one line for whoever typed the command."""
