"""Games, bookmakers' odds, pickable quotes and game results."""
