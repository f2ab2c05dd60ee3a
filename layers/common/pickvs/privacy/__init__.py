"""What is stored about a person: shown to them whole, and erased at their word."""
