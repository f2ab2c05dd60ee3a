class LaptopError(Exception):
    """The laptop cloud cannot execute the command. The message tells the user why, in one line."""
