"""Who takes part in events: contestants, their ids at the sources, seats, standings before an event, replacements."""
