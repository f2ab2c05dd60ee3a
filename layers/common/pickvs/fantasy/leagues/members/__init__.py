"""Joining leagues, leaving them, roles, and names of constructors."""
