"""Slates: the games and players that a contest is played on, with the site's salaries."""
