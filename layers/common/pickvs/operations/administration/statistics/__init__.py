"""What administrators see and order of the statistics."""
