"""Who is on the board of a league's season. What is scored there is the business of `boards`."""
