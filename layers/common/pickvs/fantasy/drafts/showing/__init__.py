"""Reading drafts: the room of one, its pool, and the drafts of a league or a constructor."""
