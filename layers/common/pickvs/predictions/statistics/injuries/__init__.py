"""What sources say of the health of players, as it was known."""
