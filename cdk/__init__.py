"""The deployment: what AWS is asked for. Knows paths and names of the code it ships, and imports none of it."""
