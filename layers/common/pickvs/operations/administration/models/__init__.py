"""Training runs and champions, by hand."""
