"""What chance alone does to the figures of the gate."""
