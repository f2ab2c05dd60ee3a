class CostError(Exception):
    """The estimate is not possible. The message says why in one line for the user."""
