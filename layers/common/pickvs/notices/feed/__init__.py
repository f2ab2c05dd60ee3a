"""The feed: notices that a user reads in the API."""
