"""Passwords that are too easy to guess: the most common ones (`common.txt`) and those made of the user's own name."""
