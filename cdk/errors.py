class DeploymentError(Exception):
    """The templates cannot be written. The message is one line for the engineer."""
