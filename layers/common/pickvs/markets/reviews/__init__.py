"""The list of events that somebody should look at, kept by captures."""
