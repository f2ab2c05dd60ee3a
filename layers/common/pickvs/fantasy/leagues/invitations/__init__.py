"""Invitations into leagues, and to their head."""
