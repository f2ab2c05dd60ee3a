class CostError(Exception):
    """No estimate can be made; the text says why in one line, for the person who asked."""
