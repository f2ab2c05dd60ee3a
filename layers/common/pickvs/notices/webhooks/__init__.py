"""Webhooks: addresses of programs that users have told of their notices."""
