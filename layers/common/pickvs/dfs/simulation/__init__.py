"""What players may score, what a contest pays for lineups, and how far both were right."""
