"""What happened at the events of a sport, by two sources."""
