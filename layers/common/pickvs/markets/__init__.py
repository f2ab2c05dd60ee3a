"""Games, what bookmakers offer on them, the pickable quote, and how games end."""
