"""The board of a league, of one race or of the season."""
