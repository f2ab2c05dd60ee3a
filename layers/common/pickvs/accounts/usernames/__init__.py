"""Changes of usernames. A former name stays its user's, and leads to the new one."""
