class DeploymentError(Exception):
    """The deployment cannot be described: its text is one line for the engineer who asked for it."""
