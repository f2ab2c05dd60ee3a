"""What the rest of the month asks for, in credits."""
