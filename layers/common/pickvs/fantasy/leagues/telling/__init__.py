"""Tells users what happens in their leagues."""
