"""Names of the providers, under which their ids, spellings and results are stored."""

THE_ODDS_API = "the_odds_api"
ESPN = "espn"

SOURCES_OF_SCORES = frozenset({THE_ODDS_API, ESPN})
"""Providers whose finals become results. Two of them can disagree about one game."""
