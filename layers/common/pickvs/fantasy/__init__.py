"""Fantasy leagues: events and their results, points and their reasons, drafts."""
