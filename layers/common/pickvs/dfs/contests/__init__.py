"""Contests: what they pay, what a user's lineups would get in them, and how right that was when they have ended."""
