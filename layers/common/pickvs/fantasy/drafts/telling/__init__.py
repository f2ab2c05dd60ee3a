"""Tells users what happens in the drafts of their leagues."""
