"""Who is in a league: members with their roles, and their constructors."""
