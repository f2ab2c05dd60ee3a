class LaptopError(Exception):
    """The laptop cloud cannot do what was asked; the text says why in one line, for the person who asked."""
