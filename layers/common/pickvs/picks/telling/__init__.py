"""Tells users what happens to their picks."""
