"""Leagues of a season: settings, members, groups and the order in which they draft."""
