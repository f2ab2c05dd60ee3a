"""What an export has of daily fantasy, and what an erasure deletes of it."""
