"""Races and drivers as visitors see them: schedules, results in versions, and the points that a scoring table gives."""
