"""Exports and erases everything stored about a user, at the user's request."""
