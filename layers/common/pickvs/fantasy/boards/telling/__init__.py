"""What the owners of constructors are told of results."""
