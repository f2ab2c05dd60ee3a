"""Whether to buy a call."""
