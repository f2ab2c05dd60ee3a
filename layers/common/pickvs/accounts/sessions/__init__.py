"""Sessions: the refresh tokens that descend from one login, their list for the user, and their end."""
